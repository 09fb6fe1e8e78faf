// What an event means, in a phrase for people; pure.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { OBJECT_CHANGED, TYPE } from '../../shared/events/contract.ts'
import type {
  PlaybookRegistered,
  PlaybookRejected,
  RemediationAccepted,
  RemediationDenied,
  RemediationEnded,
  RemediationRejected,
  RemediationValidated,
} from '../../shared/events/types.ts'
import { describeTarget } from '../../shared/remediation/target.ts'

/** A run's name, which is long; its first characters tell it apart. */
export const RUN_NAME = /(rem-[0-9a-f]{8})[0-9a-f]{32}/g

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

function ended(word: string): (data: RemediationEnded) => string {
  return ({ target, outcome }) =>
    `${word} on ${target}${outcome.seconds === undefined ? '' : ` after ${outcome.seconds} s`}: ${outcome.message}`
}

const PHRASES: Readonly<Record<string, (data: never) => string>> = {
  [TYPE.analysisCompleted]: () => 'an analysis arrives',
  [TYPE.playbookRegistered]: ({ playbook, findings }: PlaybookRegistered) =>
    `version ${playbook.version} is pinned to ${playbook.digest.slice(0, 19)}…, ${counted(findings.length, 'finding')}`,
  [TYPE.playbookRejected]: ({ reason, message }: PlaybookRejected) => `${reason}: ${message}`,
  [TYPE.validated]: ({ playbook, target, parameters }: RemediationValidated) =>
    `${playbook.name} ${playbook.version} may run on ${describeTarget(target)} with ${counted(Object.keys(parameters).length, 'parameter')}`,
  [TYPE.rejected]: ({ reason, message }: RemediationRejected) => `${reason}: ${message}`,
  [TYPE.started]: ({ run, target }: RemediationAccepted) =>
    `PipelineRun ${run.namespace}/${run.name.replace(RUN_NAME, '$1…')} has ${target}`,
  [TYPE.queued]: ({ why = '' }: RemediationAccepted) => `held: ${why.replace(RUN_NAME, '$1…')}`,
  [TYPE.approvalRequested]: ({ why = '' }: RemediationAccepted) => `waits for a person: ${why}`,
  [TYPE.denied]: ({ reason, message }: RemediationDenied) => `${reason}: ${message}`,
  [TYPE.succeeded]: ended('succeeded'),
  [TYPE.failed]: ended('failed'),
  [TYPE.cancelled]: ended('cancelled'),
}

const THING: Readonly<Record<string, string>> = { pipelinerun: 'run', taskrun: 'task' }
const PHASE: Readonly<Record<string, string>> = {
  queued: 'is queued',
  started: 'was started',
  running: 'is running',
  unknown: 'changed',
  successful: 'succeeded',
  failed: 'failed',
}
const CHANGE: Readonly<Record<string, string>> = { add: 'added', update: 'changed', delete: 'deleted' }

function phraseOfTekton(type: string): string {
  const [, kind = '', phase = ''] = /^dev\.tekton\.event\.(\w+)\.(\w+)\.v1$/.exec(type) ?? []
  return `Tekton: the ${THING[kind] ?? kind} ${PHASE[phase] ?? phase}`
}

/** A phrase for any event; for one nobody knows, its source. */
export function phraseOf(event: CloudEvent): string {
  const phrase = PHRASES[event.type]
  if (phrase !== undefined) return phrase(event.data as never)
  if (event.type.startsWith('dev.tekton.event.')) return phraseOfTekton(event.type)
  if (event.type.startsWith(OBJECT_CHANGED)) {
    const change = event.type.slice(OBJECT_CHANGED.length)
    return `API server: the ${event.kind} was ${CHANGE[change] ?? change}`
  }
  if (event.type === TYPE.ping) return 'the timer ticks'
  return `from ${event.source}`
}

/** The type without what all of ours, Tekton's and Knative's have in common. */
export function shortType(type: string): string {
  return type.replace(/^io\.kubernaut\.|^dev\.tekton\.event\.|^dev\.knative\./, '').replace(/\.v1$/, '')
}

/** The subject without what makes it long: the path of an object, the tail of a hash. */
export function shortSubject(subject: string | undefined): string {
  const [, namespace, name] = /namespaces\/([^/]+)\/\w+\/(.+)$/.exec(subject ?? '') ?? []
  const text = name === undefined ? (subject ?? '-') : `${namespace}/${name}`
  return text.replace(RUN_NAME, '$1…')
}
