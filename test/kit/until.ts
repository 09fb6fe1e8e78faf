// Waiting for a condition, never for time.

import { setTimeout as sleep } from 'node:timers/promises'

/** Less than a test may take, so that its failure says what was waited for. */
const PATIENCE_MS = 55_000
const PAUSE_MS = 20

/** Asks again and again until the answer is neither undefined nor false; says what it waited for when there is none. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`)
    await sleep(PAUSE_MS)
  }
}
