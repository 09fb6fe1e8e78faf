// Which events should have been sent and perhaps were not; pure, over what a sweep gathered.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { objectEventId } from '../../shared/events/identity.ts'
import { sourceOf } from '../../shared/events/reply.ts'
import {
  apiVersionOf,
  type KubernetesObject,
  pathOf,
  pipelineRuns,
  playbooks,
  type Resource,
} from '../../shared/kubernetes/resources.ts'
import { type Playbook, readyCondition } from '../../shared/playbook/playbook.ts'
import { endingOf, type PipelineRun } from '../../shared/remediation/marks.ts'
import { dueRuns, GRACE_MS, lostRuns, unnamedRuns } from './find-due.ts'
import type { Open } from './gather.ts'

/** An event as ApiServerSource sends it, with the attributes that Triggers filter on. */
function objectChanged(resource: Resource, object: KubernetesObject, type: string): CloudEvent {
  const { namespace = 'default', name, uid, resourceVersion = '' } = object.metadata
  const path = pathOf(resource, namespace, name)
  return {
    specversion: '1.0',
    // Two runs that were never made have no uid, and must not share an id.
    id: objectEventId(uid ?? path, type, resourceVersion),
    type,
    source: sourceOf('sweep'),
    subject: path,
    datacontenttype: 'application/json',
    apiversion: apiVersionOf(resource),
    kind: resource.kind,
    name,
    namespace,
    data: { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind },
  } as CloudEvent
}

/** An event as Tekton sends it when a run has ended. */
function runEnded(run: PipelineRun): CloudEvent | undefined {
  const ending = endingOf(run)
  if (ending === undefined) return undefined
  const { name, uid = '' } = run.metadata
  const type = ending.finish === 'succeeded' ? TYPE.runSuccessful : TYPE.runFailed
  return {
    specversion: '1.0',
    id: objectEventId(uid, type, 'ended'),
    type,
    source: sourceOf('sweep'),
    subject: name,
    datacontenttype: 'application/json',
    data: { pipelineRun: run },
  } as CloudEvent
}

function isRecent(time: string | undefined, now: number): boolean {
  return now - Date.parse(time ?? '') < GRACE_MS
}

function isUnregistered(playbook: Playbook, now: number): boolean {
  if (isRecent(playbook.metadata.creationTimestamp, now)) return false
  const { generation } = playbook.metadata
  return (
    playbook.status?.observedGeneration !== generation ||
    readyCondition(playbook)?.observedGeneration !== generation
  )
}

function hasEndedLongAgo(run: PipelineRun, now: number): boolean {
  return endingOf(run) !== undefined && !isRecent(run.status?.completionTime, now)
}

/** The function that gets the event looks itself whether the run is gone. */
function runGone({
  namespace,
  name,
  uid,
}: {
  namespace: string
  name: string
  uid?: string | undefined
}): CloudEvent {
  const metadata = { namespace, name, ...(uid === undefined ? {} : { uid }), resourceVersion: 'gone' }
  return objectChanged(pipelineRuns, { metadata }, TYPE.objectDeleted)
}

/** All forgotten events, Playbooks first. */
export function findForgotten(open: Open, now: number): CloudEvent[] {
  const unregistered = open.playbooks
    .filter(playbook => isUnregistered(playbook, now))
    .map(playbook => objectChanged(playbooks, playbook, TYPE.objectUpdated))
  const ended = new Map(
    [...open.unsettled, ...open.untold]
      .filter(run => hasEndedLongAgo(run, now))
      .map(run => [run.metadata.uid, runEnded(run)]),
  )
  const due = [...dueRuns(open, now), ...unnamedRuns(open, now)].map(run =>
    objectChanged(pipelineRuns, run, TYPE.objectUpdated),
  )
  const known = [...ended.values()].filter(event => event !== undefined)
  return [...unregistered, ...known, ...due, ...lostRuns(open, now).map(runGone)]
}
