// A waiting run changed: start it if its turn has come, settle its approval, adopt it if somebody let it go by hand.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { sourceOf } from '../../shared/events/reply.ts'
import { adoptRun, lockOf, noteHolder } from '../../shared/remediation/advance.ts'
import { endingOf, isPending, isRunning, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { guardOf } from '../../shared/remediation/rules.ts'
import { readRun, runKeyOf } from '../../shared/remediation/run-event.ts'
import { takeTurn } from '../../shared/remediation/turn.ts'
import { isQueued, isRefused } from '../../shared/remediation/waiting.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { settleApproval } from './approval.ts'
import { advance, endKnown } from './end.ts'
import { turnedNews } from './news.ts'

/** A run that exists and waits, or that a person let go. */
async function resume(services: Services, run: PipelineRun): Promise<CloudEvent | undefined> {
  const guard = guardOf(services)
  const lock = lockOf(run, guard.rules.systemNamespace)
  if (lock === undefined) return undefined
  if (isRunning(run)) {
    const adopted = await adoptRun(guard, lock, run)
    return turnedNews(services, adopted === undefined ? undefined : { kind: 'started', ...adopted })
  }
  if (!isQueued(run)) return advance(services, lock)
  const turned = await takeTurn(guard, run)
  // Another may be first in line, and its own event lost.
  return turnedNews(services, turned) ?? advance(services, lock)
}

/** A run that waits for nothing needs nothing, but its name in its lock, where the sweep did not find it. */
async function nameInLock(
  { kubernetes, config }: Services,
  run: PipelineRun,
  event: CloudEvent,
): Promise<undefined> {
  const lock = lockOf(run, config.namespace)
  if (event.source === sourceOf('sweep') && lock !== undefined && isRunning(run))
    await noteHolder(kubernetes, lock, run)
  return undefined
}

export async function resumeRun(services: Services, event: CloudEvent): Promise<CloudEvent | undefined> {
  const key = runKeyOf(event)
  if (key === undefined) return undefined
  const run = await readRun(services.kubernetes, key)
  if (run === 'foreign') return undefined
  if (run === 'gone' || endingOf(run) !== undefined) return endKnown(services, key, run)
  const waiting = run.metadata.labels?.[LABEL.waiting]
  if (waiting === undefined) return nameInLock(services, run, event)
  if (isPending(run) && (waiting === 'approval' || isRefused(run))) return settleApproval(services, run)
  return resume(services, run)
}
