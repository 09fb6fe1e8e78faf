// A waiting run changed: start it if its turn has come, settle its approval, adopt it if somebody let it go by hand.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { acquire, applicantOf, letGo, lockOf, noteHolder } from '../../shared/remediation/advance.ts'
import { isRefused } from '../../shared/remediation/approval.ts'
import { endingOf, isPending, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { readRun, runKeyOf } from '../../shared/remediation/run-event.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { settleApproval } from './approval.ts'
import { advance, endKnown } from './end.ts'
import { startedNews } from './started.ts'

/** A run that a person released: it gets the lock if the target is free; if not, it is only said, for it runs already. */
async function adopt(services: Services, run: PipelineRun): Promise<CloudEvent | undefined> {
  const lock = lockOf(run, services.config.namespace)
  if (lock === undefined) return undefined
  const attempt = await acquire(services.kubernetes, lock, applicantOf(run), services.clock.now())
  if (attempt.kind === 'busy' || attempt.kind === 'resting')
    services.log.warn({ run: run.metadata.name, target: lock.targetKey }, 'released by hand beside the lock')
  else await noteHolder(services.kubernetes, lock, run)
  const started = await letGo(services.kubernetes, run)
  return started === undefined ? undefined : startedNews(started)
}

export async function resumeRun(services: Services, event: CloudEvent): Promise<CloudEvent | undefined> {
  const key = runKeyOf(event)
  if (key === undefined) return undefined
  const run = await readRun(services.kubernetes, key)
  if (run === 'foreign') return undefined
  if (run === 'gone' || endingOf(run) !== undefined) return endKnown(services, key, run)
  const waiting = run.metadata.labels?.[LABEL.waiting]
  if (waiting === undefined) return undefined
  if (!isPending(run)) return adopt(services, run)
  if (waiting === 'approval' || isRefused(run)) return settleApproval(services, run)
  const lock = lockOf(run, services.config.namespace)
  return waiting === 'queue' && lock !== undefined ? advance(services, lock) : undefined
}
