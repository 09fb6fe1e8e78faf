// Waiting for what a world under test does in its own time.

import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../shared/runtime/fault.ts'

const PATIENCE_MS = 15_000
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 250

/** A server that does not answer at the moment has not answered yet. */
export function notYet(error: unknown): undefined {
  if (!(error instanceof Fault) || error.kind !== 'unavailable') throw error
}

/** Asks again and again, ever less often, until there is an answer; says what it waited for when there is none. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  const end = performance.now() + patienceMs
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.2, LONGEST_PAUSE_MS)) {
    const answer = await ask().catch(notYet)
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`)
    await sleep(pause)
  }
}
