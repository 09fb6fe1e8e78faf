// A work queue of keys: each key is worked on by one at a time, repeats are merged, failures come back later.

/** Works on a key; answers in how many milliseconds to look again, if at all. */
type Work = (key: string) => Promise<number | undefined>

export interface Queue {
  add(key: string): void
  /** Adds the key after a while; the sooner of two times wins. */
  addAfter(key: string, milliseconds: number): void
  /** Settles when no work is under way or waiting; timers may still be set. */
  idle(): Promise<void>
  close(): Promise<void>
}

interface Timer {
  readonly at: number
  readonly handle: NodeJS.Timeout
}

const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 1000
/** Node fires timers beyond 24.8 days at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Kubernetes' own controllers work this way (https://pkg.go.dev/k8s.io/client-go/util/workqueue). */
export function createQueue(work: Work, log: (message: string) => void): Queue {
  const waiting = new Set<string>()
  const busy = new Map<string, Promise<void>>()
  const timers = new Map<string, Timer>()
  const failures = new Map<string, number>()
  let closed = false

  function retry(key: string, error: unknown): void {
    const count = failures.get(key) ?? 0
    failures.set(key, count + 1)
    log(`${key}: ${error}`)
    queue.addAfter(key, Math.min(FIRST_PAUSE_MS * 2 ** count, LONGEST_PAUSE_MS))
  }

  async function run(key: string): Promise<void> {
    try {
      const again = await work(key)
      failures.delete(key)
      if (again !== undefined) queue.addAfter(key, again)
    } catch (error) {
      retry(key, error)
    }
  }

  function start(key: string): void {
    const working = run(key).finally(() => {
      busy.delete(key)
      if (waiting.delete(key)) start(key)
    })
    busy.set(key, working)
  }

  const queue: Queue = {
    add(key) {
      if (closed) return
      if (busy.has(key)) waiting.add(key)
      else start(key)
    },
    addAfter(key, milliseconds) {
      if (closed) return
      const wait = Math.min(Math.max(milliseconds, 0), LONGEST_TIMER_MS)
      const at = performance.now() + wait
      const before = timers.get(key)
      if (before !== undefined && before.at <= at) return
      clearTimeout(before?.handle)
      const handle = setTimeout(() => {
        timers.delete(key)
        queue.add(key)
      }, wait)
      timers.set(key, { at, handle })
    },
    async idle() {
      while (busy.size > 0) await Promise.all(busy.values())
    },
    async close() {
      closed = true
      for (const { handle } of timers.values()) clearTimeout(handle)
      timers.clear()
      waiting.clear()
      await queue.idle()
    },
  }
  return queue
}
