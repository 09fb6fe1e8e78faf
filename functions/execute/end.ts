// A run of ours has ended, or is gone: let go of its target and start the next in line.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { startNext } from '../../shared/remediation/advance.ts'
import { deniedNews } from '../../shared/remediation/denied-event.ts'
import { findLockOfRun } from '../../shared/remediation/find-lock.ts'
import type { Lock } from '../../shared/remediation/lock.ts'
import { endingOf, type PipelineRun } from '../../shared/remediation/marks.ts'
import { type RunKey, readRun, runKeyOf } from '../../shared/remediation/run-event.ts'
import { settleGone, settleRun } from '../../shared/remediation/settle.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { gateOf } from './gate.ts'
import { startedNews } from './started.ts'

function rest({ config, clock }: Services): { systemNamespace: string; cooldownMs: number; now: number } {
  return { systemNamespace: config.namespace, cooldownMs: config.cooldownSeconds * 1000, now: clock.now() }
}

/** Frees what a deleted run held; the run was read and is not there. */
async function endGone(services: Services, key: RunKey): Promise<Lock | undefined> {
  const found = await findLockOfRun(services.kubernetes, services.config.namespace, key)
  if (found === undefined) return undefined
  const { holder } = found.state
  if (holder?.namespace === key.namespace && holder.name === key.name)
    await settleGone(services.kubernetes, found.lock, { ...rest(services), gone: key })
  return found.lock
}

/** Starts whatever is first in line for the target, and says so. */
export async function advance(services: Services, lock: Lock): Promise<CloudEvent | undefined> {
  const gate = gateOf(services)
  const next = await startNext(services.kubernetes, lock, { now: services.clock.now(), gate })
  return next === undefined ? undefined : startedNews(next)
}

/** Lets go of what a run held that has ended, or is gone, and starts the next one. */
export async function endKnown(
  services: Services,
  key: RunKey,
  run: PipelineRun | 'gone',
): Promise<CloudEvent | undefined> {
  const lock =
    run === 'gone' ? await endGone(services, key) : await settleRun(services.kubernetes, run, rest(services))
  return lock === undefined ? undefined : advance(services, lock)
}

export async function endRun(services: Services, event: CloudEvent): Promise<CloudEvent | undefined> {
  const key = runKeyOf(event)
  if (key === undefined) return undefined
  const run = await readRun(services.kubernetes, key)
  if (run === 'foreign' || (run !== 'gone' && endingOf(run) === undefined)) return undefined
  const denied = run === 'gone' ? undefined : deniedNews(run)
  if (run === 'gone' || denied === undefined) return endKnown(services, key, run)
  // It never had the target, so nobody waits for it to let go; where a crash gave it one, the sweep starts the next.
  await settleRun(services.kubernetes, run, rest(services))
  return denied
}
