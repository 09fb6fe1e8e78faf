// The same read, asked for several times in one turn of the event loop, is done once; no read serves a later question.

/** Runs `read` for a key at the end of this turn, or joins one that is to run then. */
export type Together = <T>(key: string, read: () => Promise<T>) => Promise<T>

/**
 * The batching of a linearizable read (as in Raft's ReadIndex, https://raft.github.io/raft.pdf section 8): a caller never
 * gets an answer to a question that was asked before its own. A burst of events costs a few reads, and nobody waits for
 * a read that is under way.
 */
export function createTogether(): Together {
  const gathering = new Map<string, Promise<unknown>>()
  return <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const begun = gathering.get(key)
    // Reads under one key are the same read, so their answers have one type.
    if (begun !== undefined) return begun as Promise<T>
    const soon = new Promise(resolve => setImmediate(resolve)).then(() => {
      gathering.delete(key)
      return read()
    })
    gathering.set(key, soon)
    return soon
  }
}
