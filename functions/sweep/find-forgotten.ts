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
import { approvalOf } from '../../shared/remediation/approval.ts'
import type { FoundLock } from '../../shared/remediation/find-lock.ts'
import { ANNOTATION, endingOf, isPending, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import type { Open } from './gather.ts'

/** What happened this recently is probably still on its way. */
const GRACE_MS = 30_000

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

function lockOfRun(run: PipelineRun, locks: readonly FoundLock[]): FoundLock | undefined {
  return locks.find(({ lock }) => lock.targetHash === run.metadata.labels?.[LABEL.target])
}

/**
 * A queued run whose target is free and rested, one that holds its lock without having been let go, one let go by
 * hand, or one whose approval was given, refused or never came.
 */
function isDue(run: PipelineRun, locks: readonly FoundLock[], now: number): boolean {
  const waiting = run.metadata.labels?.[LABEL.waiting]
  if (waiting === undefined || endingOf(run) !== undefined) return false
  if (now - Number(run.metadata.annotations?.[ANNOTATION.queuedAt] ?? 0) < GRACE_MS) return false
  if (!isPending(run)) return true
  if (['approved', 'denied', 'expired'].includes(approvalOf(run, now).kind)) return true
  const state = lockOfRun(run, locks)?.state
  const isHolder = state?.holder?.name === run.metadata.name
  return waiting === 'queue' && (isHolder || (state?.holder === undefined && (state?.restsUntil ?? 0) <= now))
}

/** A held lock whose run is not among those that exist with a mark; the function that gets the event looks itself. */
function lostHolders(open: Open, now: number): CloudEvent[] {
  return open.locks.flatMap(({ state: { holder } }) => {
    if (holder === undefined || now - holder.since < GRACE_MS) return []
    const lives = open.unsettled.some(
      run => run.metadata.name === holder.name && run.metadata.namespace === holder.namespace,
    )
    const { namespace, name, uid } = holder
    const metadata = { namespace, name, ...(uid === undefined ? {} : { uid }), resourceVersion: 'gone' }
    return lives ? [] : [objectChanged(pipelineRuns, { metadata }, TYPE.objectDeleted)]
  })
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
  const due = open.unsettled
    .filter(run => isDue(run, open.locks, now))
    .map(run => objectChanged(pipelineRuns, run, TYPE.objectUpdated))
  const known = [...ended.values()].filter(event => event !== undefined)
  return [...unregistered, ...known, ...due, ...lostHolders(open, now)]
}
