// A run of ours has ended, or is gone: let go of its target and start the next in line.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { deniedNews } from '../../shared/remediation/denied-news.ts'
import { findLockOfRun } from '../../shared/remediation/find-lock.ts'
import type { Lock } from '../../shared/remediation/lock.ts'
import { endingOf, type PipelineRun } from '../../shared/remediation/marks.ts'
import { startElsewhere, startNext } from '../../shared/remediation/next.ts'
import { type Guard, guardOf } from '../../shared/remediation/rules.ts'
import { type RunKey, readEnded, runKeyOf } from '../../shared/remediation/run-event.ts'
import { settleGone, settleRun } from '../../shared/remediation/settle.ts'
import { freeSlots } from '../../shared/remediation/slots.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { turnedNews } from './news.ts'

/** Frees what a deleted run had; the run was read and is not there. */
async function endGone(guard: Guard, key: RunKey): Promise<Lock | undefined> {
  const found = await findLockOfRun(guard.kubernetes, guard.rules.systemNamespace, key)
  if (found === undefined) await freeSlots(guard, key, 'ended')
  else await settleGone(guard, found.lock, key)
  return found?.lock
}

/** Starts whatever is first in line for the target, and says so. */
export async function advance(services: Services, lock: Lock): Promise<CloudEvent | undefined> {
  return turnedNews(services, await startNext(guardOf(services), lock))
}

/** Lets go of what a run held that has ended, or is gone, and starts the next one. */
export async function endKnown(
  services: Services,
  key: RunKey,
  run: PipelineRun | 'gone',
): Promise<CloudEvent | undefined> {
  const guard = guardOf(services)
  const lock = run === 'gone' ? await endGone(guard, key) : await settleRun(guard, run)
  return (
    (lock === undefined ? undefined : await advance(services, lock)) ??
    turnedNews(services, await startElsewhere(guard))
  )
}

export async function endRun(services: Services, event: CloudEvent): Promise<CloudEvent | undefined> {
  const key = runKeyOf(event)
  if (key === undefined) return undefined
  const run = await readEnded(services.kubernetes, event, key)
  if (run === 'foreign' || (run !== 'gone' && endingOf(run) === undefined)) return undefined
  const denied = run === 'gone' ? undefined : deniedNews(run)
  if (run === 'gone' || denied === undefined) return endKnown(services, key, run)
  // Who was behind it was called when it was denied; where a crash gave it the target, the sweep starts the next.
  await settleRun(guardOf(services), run)
  return denied
}
