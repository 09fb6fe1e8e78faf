// The words that people read, from the event that machines read: pure.

import type { News } from '../../shared/channels/receiver.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import type {
  PlaybookRejected,
  RemediationAccepted,
  RemediationDenied,
  RemediationEnded,
  RemediationRejected,
  RunName,
} from '../../shared/events/types.ts'
import { ANNOTATION } from '../../shared/remediation/marks.ts'
import { describeTarget } from '../../shared/remediation/target.ts'

type Facts = News['facts']
type Composed = Omit<News, 'event'>

/** What to do about each class of failure: the question at 3 a.m. is not what failed, but what now. */
const ADVICE: Readonly<Record<string, string>> = {
  OutOfMemory: 'The step ran out of memory: raise its limit in the Pipeline.',
  Timeout: 'It took longer than it may: look whether it still changes anything, then raise spec.timeout.',
  ImagePull: 'Its image could not be pulled: check the image reference and the pull secret.',
  Quota: 'The namespace has no room for it: free some, or raise the quota.',
  Forbidden: "Its service account may not do this: extend the Playbook's serviceAccountName.",
  Playbook: 'Tekton refused the Pipeline: look at the findings in the status of the Playbook.',
  StepFailed: 'Read the log of the step.',
}

function lookAt({ namespace, name }: RunName): string {
  return `kubectl -n ${namespace} get pipelinerun ${name} -o yaml`
}

function ended(word: 'succeeded' | 'failed' | 'was cancelled', data: RemediationEnded): Composed {
  const { run, playbook, target, outcome } = data
  const where = [outcome.task, outcome.step].filter(each => each !== undefined).join(' / ')
  const exit = outcome.exitCode === undefined ? '' : ` (exit code ${outcome.exitCode})`
  const facts: (readonly [string, string])[] = [
    ['Target', target],
    ['Playbook', `${playbook.name} ${playbook.version}`],
    ['Outcome', [outcome.reason, outcome.message].filter(each => each !== '').join(': ')],
    ...(outcome.seconds === undefined ? [] : [['Took', `${outcome.seconds} s`] as const]),
    ...(where === '' ? [] : [['Failed at', `${where}${exit}`] as const]),
    ...(outcome.class === undefined ? [] : [['What now', ADVICE[outcome.class] ?? 'Read the log.'] as const]),
    ['Look', lookAt(run)],
  ]
  const severity = word === 'succeeded' ? 'good' : word === 'failed' ? 'bad' : 'attention'
  return { severity, headline: `${playbook.name} ${word} on ${target}`, facts }
}

/** What a person pastes: the API server takes nobody's name but one's own. */
const ME = `"$(kubectl auth whoami -o jsonpath='{.status.userInfo.username}')"`

function asksApproval({ run, playbook, target, why, until }: RemediationAccepted): Composed {
  const annotate = `kubectl -n ${run.namespace} annotate pipelinerun ${run.name}`
  const facts: Facts = [
    ['Target', target],
    ['Playbook', `${playbook.name} ${playbook.version}`],
    ...(why === undefined ? [] : [['Why', why] as const]),
    ...(until === undefined ? [] : [['Until', until] as const]),
    ['Approve it', `${annotate} ${ANNOTATION.approvedBy}=${ME}`],
    ['Deny it', `${annotate} ${ANNOTATION.deniedBy}=${ME}`],
  ]
  return { severity: 'attention', headline: `${playbook.name} waits for an approval on ${target}`, facts }
}

/** The faults come last: a receiver that shows only so many facts shows who and what before them. */
function rejected({ reason, message, faults, playbook, target, nearest }: RemediationRejected): Composed {
  const facts: (readonly [string, string])[] = [
    ['Reason', reason],
    ['Message', message],
    ...(playbook === undefined ? [] : [['Playbook', `${playbook.namespace}/${playbook.name}`] as const]),
    ...(target === undefined ? [] : [['Target', describeTarget(target)] as const]),
    ...(nearest === undefined || nearest.length === 0 ? [] : [['Did it mean', nearest.join(', ')] as const]),
    ...(faults ?? []).map((fault): readonly [string, string] => [fault.path, fault.message]),
  ]
  return { severity: 'attention', headline: `An analysis was not acted on: ${reason}`, facts }
}

function deniedNews({ reason, message, analysis, run }: RemediationDenied): Composed {
  const facts: Facts = [
    ['Reason', reason],
    ['Message', message],
    ['Analysis', `${analysis.source} ${analysis.id}`],
    ...(run === undefined ? [] : [['Look', lookAt(run)] as const]),
  ]
  return { severity: 'attention', headline: `A remediation was denied: ${reason}`, facts }
}

function playbookRejected({ playbook, reason, message }: PlaybookRejected): Composed {
  const name = `${playbook.namespace}/${playbook.name}`
  const facts: Facts = [
    ['Reason', reason],
    ['Message', message],
    ['Look', `kubectl -n ${playbook.namespace} describe playbook ${playbook.name}`],
  ]
  return { severity: 'bad', headline: `Playbook ${name} was rejected: ${reason}`, facts }
}

const COMPOSERS: Readonly<Record<string, (data: never) => Composed>> = {
  [TYPE.succeeded]: (data: RemediationEnded) => ended('succeeded', data),
  [TYPE.failed]: (data: RemediationEnded) => ended('failed', data),
  [TYPE.cancelled]: (data: RemediationEnded) => ended('was cancelled', data),
  [TYPE.approvalRequested]: asksApproval,
  [TYPE.rejected]: rejected,
  [TYPE.denied]: deniedNews,
  [TYPE.playbookRejected]: playbookRejected,
}

/** The news of an event; undefined when people are not told of its type. */
export function compose(event: CloudEvent): News | undefined {
  const composer = COMPOSERS[event.type]
  return composer === undefined ? undefined : { ...composer(event.data as never), event }
}
