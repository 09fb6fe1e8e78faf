// The events that an object stands for: what the Broker carried is derived from objects, so it can be derived again. Pure.

import { classify } from '../../functions/notify/classify.ts'
import { verdictEvent } from '../../functions/register/verdict-event.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { isOurType, TYPE } from '../../shared/events/contract.ts'
import { replyId } from '../../shared/events/identity.ts'
import { news, reply, sourceOf } from '../../shared/events/reply.ts'
import { eventFromText } from '../../shared/events/text.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { currentRelease, type Playbook, readyCondition } from '../../shared/playbook/playbook.ts'
import { receiptOf } from '../../shared/receipt/statement.ts'
import { deniedNews } from '../../shared/remediation/denied-news.ts'
import { causeOf, describeRun } from '../../shared/remediation/describe.ts'
import {
  ANNOTATION,
  endingOf,
  isOurs,
  isPending,
  LABEL,
  type PipelineRun,
} from '../../shared/remediation/marks.ts'
import { queuedAt } from '../../shared/remediation/waiting.ts'
import { readiness } from '../playbooks/read.ts'

function at(event: CloudEvent, time: string | undefined): CloudEvent {
  return { ...event, ...(time === undefined ? {} : { time }) } as CloudEvent
}

/** Tekton writes whole seconds: what follows in the same second would be the older. */
function noneOlder(events: readonly CloudEvent[]): CloudEvent[] {
  let latest: string | undefined
  return events.map(event => {
    const isLater = latest === undefined || Date.parse(event.time ?? '') >= Date.parse(latest)
    latest = isLater ? event.time : latest
    return at(event, latest)
  })
}

/** As `execute` answers to what `validate` has answered; or as its own news, where the run had to wait. */
function acceptedEvent(run: PipelineRun, type: string, phase: string | undefined): CloudEvent {
  const { name, uid = '', labels, annotations } = run.metadata
  const correlationId = labels?.[LABEL.correlation]
  const why = annotations?.[ANNOTATION.waitsFor]
  const until = annotations?.[ANNOTATION.expiresAt]
  const data = {
    ...describeRun(run),
    ...(type === TYPE.started || why === undefined ? {} : { why }),
    ...(type === TYPE.approvalRequested && until !== undefined ? { until } : {}),
  }
  const about = { from: 'execute', type, subject: name, correlationId }
  if (phase !== undefined) return news({ ...about, uid, phase }, data)
  const source = sourceOf('validate')
  const cause = { source, id: replyId(causeOf(run), TYPE.validated) } as CloudEvent
  return reply({ ...about, cause }, data)
}

const ENDED = { succeeded: TYPE.succeeded, failed: TYPE.failed, cancelled: TYPE.cancelled } as const

function endEvent(run: PipelineRun, taskRuns: readonly KubernetesObject[]): CloudEvent | undefined {
  const ending = endingOf(run)
  const outcome = classify(run, taskRuns)
  if (ending === undefined || outcome === undefined) return undefined
  const { name, uid = '', labels } = run.metadata
  const receipt = receiptOf(run)
  const data = { ...describeRun(run), outcome, ...(receipt === undefined ? {} : { receipt }) }
  const type = ENDED[ending.finish]
  const correlationId = labels?.[LABEL.correlation]
  return news({ from: 'notify', type, subject: name, uid, phase: 'ended', correlationId }, data)
}

/** Why a run waits, or once did; a person was asked where there is a time until which one may answer. */
function waitingEvents(run: PipelineRun): CloudEvent[] {
  const { annotations = {} } = run.metadata
  if (annotations[ANNOTATION.queuedAt] === undefined) return []
  const isAsked = annotations[ANNOTATION.expiresAt] !== undefined
  const type = isAsked ? TYPE.approvalRequested : TYPE.queued
  return [at(acceptedEvent(run, type, undefined), new Date(queuedAt(run)).toISOString())]
}

/** All that was told of a run, as far as it is remembered on it; nothing for a run of others. */
export function eventsOfRun(run: PipelineRun, taskRuns: readonly KubernetesObject[] = []): CloudEvent[] {
  if (!isOurs(run)) return []
  const events = waitingEvents(run)
  const { startTime, completionTime } = run.status ?? {}
  const denied = deniedNews(run)
  if (denied !== undefined) return noneOlder([...events, at(denied, completionTime)])
  const phase = events.length > 0 ? 'started' : undefined
  const time = startTime ?? run.metadata.creationTimestamp
  if (!isPending(run)) events.push(at(acceptedEvent(run, TYPE.started, phase), time))
  const end = endEvent(run, taskRuns)
  return noneOlder(end === undefined ? events : [...events, at(end, completionTime)])
}

/** What `notify` keeps of news without a run. */
export function eventsOfLedger({ metadata }: KubernetesObject): CloudEvent[] {
  const text = metadata.annotations?.[ANNOTATION.event]
  const event = text === undefined ? undefined : eventFromText(text)
  if (event === undefined || !isOurType(event.type)) return []
  // What the Broker added on the way is not the event's.
  const own = Object.entries(event).filter(([name]) => !name.startsWith('knative'))
  return [at(Object.fromEntries(own) as CloudEvent, metadata.creationTimestamp)]
}

/** The verdict on a Playbook as it is now. */
export function eventsOfPlaybook(playbook: Playbook): CloudEvent[] {
  const condition = readyCondition(playbook)
  if (condition === undefined || readiness(playbook) === 'not looked at yet') return []
  const { reason = '', message = '', lastTransitionTime } = condition
  const { findings = [], parameters = [] } = playbook.status ?? {}
  const release = currentRelease(playbook)
  const verdict =
    condition.status === 'True' && release !== undefined
      ? verdictEvent(playbook, { kind: 'registered', release, parameters, findings })
      : condition.status === 'False'
        ? verdictEvent(playbook, { kind: 'rejected', reason, message, findings, mayPass: false })
        : undefined
  return verdict === undefined ? [] : [at(verdict, lastTransitionTime)]
}

/** The same news, from whichever object it was read: a remediation is told each of its kinds once. */
export function keyOf({ type, subject, source, id }: CloudEvent): string {
  return type.startsWith('io.kubernaut.remediation.') ? `${type} ${subject}` : `${source} ${id}`
}
