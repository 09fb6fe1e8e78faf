// A line of remediations before one target, for the tests of who is next.

import { ended } from '../../kit/events.ts'
import { registered } from '../../kit/playbooks.ts'
import { analysis, begin, deliver, finish } from '../../kit/remediations.ts'
import type { Stage } from '../../kit/stage.ts'

const SECOND = 1_000

/** Begins as many remediations of one target, a second after each other; the first one runs. */
export async function line(stage: Stage, length: number, spec: object = {}): Promise<string[]> {
  await registered(stage, 'scale', spec)
  const names: string[] = []
  for (let index = 0; index < length; index++) {
    names.push((await begin(stage, `in-line-${index}`, analysis('scale'))).run)
    stage.clock.advance(SECOND)
  }
  return names
}

/** Ends a run and tells `execute`; answers its reply. */
export async function end(stage: Stage, name = '', reason?: string) {
  return deliver(stage, ended(await finish(stage, name, reason)))
}
