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
    `PipelineRun ${run.namespace}/${run.name.slice(0, 12)}… has ${target}`,
  [TYPE.queued]: ({ why = '' }: RemediationAccepted) =>
    `held: ${why.replace(/(rem-[0-9a-f]{8})[0-9a-f]+/g, '$1…')}`,
  [TYPE.approvalRequested]: ({ why = '' }: RemediationAccepted) => `waits for a person: ${why}`,
  [TYPE.denied]: ({ reason, message }: RemediationDenied) => `${reason}: ${message}`,
  [TYPE.succeeded]: ended('succeeded'),
  [TYPE.failed]: ended('failed'),
  [TYPE.cancelled]: ended('cancelled'),
}

function phraseOfTekton(type: string): string {
  const [, kind = '', phase = ''] = /^dev\.tekton\.event\.(\w+)\.(\w+)\.v1$/.exec(type) ?? []
  return `Tekton says: ${kind} ${phase}`
}

/** A phrase for any event; for one nobody knows, its source. */
export function phraseOf(event: CloudEvent): string {
  const phrase = PHRASES[event.type]
  if (phrase !== undefined) return phrase(event.data as never)
  if (event.type.startsWith('dev.tekton.event.')) return phraseOfTekton(event.type)
  if (event.type.startsWith(OBJECT_CHANGED))
    return `the API server says: ${event.kind} ${event.type.slice(OBJECT_CHANGED.length)}`
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
  return text.replace(/(rem-[0-9a-f]{8})[0-9a-f]{32}/, '$1…')
}
