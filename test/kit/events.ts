// The events that reach the functions from outside: analyses, changed objects, finished runs, ticks.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { endingOf, type PipelineRun, runName } from '../../shared/remediation/marks.ts'

let count = 0

/** Sources give their events random ids; a counter is as good. */
function fresh(): string {
  count += 1
  return `source-${count}`
}

export function eventOf(type: string, data: unknown, more: Partial<CloudEvent> = {}): CloudEvent {
  const envelope = { specversion: '1.0', id: fresh(), source: '/test', type, ...more }
  return { datacontenttype: 'application/json', ...envelope, data } as CloudEvent
}

export function analysisEvent(id: string, data: unknown): CloudEvent {
  return eventOf(TYPE.analysisCompleted, data, { id, source: '/analysis-service' })
}

/** The name of the run that an analysis event leads to. */
export function runOf(analysis: { source: string; id: string }): string {
  return runName(correlationOf(analysis))
}

/** As ApiServerSource tells it. */
export function changed(object: KubernetesObject, type: string = TYPE.objectUpdated): CloudEvent {
  return eventOf(type, object)
}

/** As Tekton tells it. */
export function ended(run: PipelineRun): CloudEvent {
  const type = endingOf(run)?.finish === 'succeeded' ? TYPE.runSuccessful : TYPE.runFailed
  return eventOf(type, { pipelineRun: run }, { subject: run.metadata.name })
}

export function tick(): CloudEvent {
  return eventOf(TYPE.ping, { sweep: true })
}
