// The same read, asked for by many at once, is done a few times; no read serves a later question.

/** Runs `read` for a key soon, or joins one that has not begun. */
export type Together = <T>(key: string, read: () => Promise<T>) => Promise<T>

/** Equal reads that may be under way; who comes meanwhile shares the one that begins when one of them is answered. */
const UNDER_WAY = 2

interface Reads {
  underWay: number
  /** The one that has not begun: whoever asks now joins it. */
  next: { answer: Promise<unknown>; begin: () => void } | undefined
}

/**
 * The batching of a linearizable read (as in Raft's ReadIndex, https://raft.github.io/raft.pdf section 8): a caller never
 * gets an answer to a question that was asked before its own. A burst of events costs a few reads: those who ask in one
 * turn of the event loop share one, and so do those who ask while two are under way.
 */
export function createTogether(): Together {
  const known = new Map<string, Reads>()

  function beginNext(reads: Reads): void {
    if (reads.next === undefined || reads.underWay >= UNDER_WAY) return
    const { begin } = reads.next
    reads.next = undefined
    reads.underWay += 1
    begin()
  }

  function ended(key: string, reads: Reads): void {
    reads.underWay -= 1
    beginNext(reads)
    if (reads.underWay === 0 && reads.next === undefined) known.delete(key)
  }

  return <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const reads = known.get(key) ?? { underWay: 0, next: undefined }
    known.set(key, reads)
    // Reads under one key are the same read, so their answers have one type.
    if (reads.next !== undefined) return reads.next.answer as Promise<T>
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const answer = begun.then(read).finally(() => ended(key, reads))
    reads.next = { answer, begin }
    setImmediate(() => beginNext(reads))
    return answer
  }
}
