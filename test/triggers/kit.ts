// The manifests of `triggers/`, and for each function the events that it takes and those that it must never see.

import { readFileSync } from 'node:fs'
import type { Broker, Trigger } from '../../local/broker/objects.ts'
import { readKustomization } from '../../local/world/manifests.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'

export const FOLDER = new URL('../../triggers/', import.meta.url).pathname
export const SYSTEM = 'kubernaut-system'

export const objects = await readKustomization(FOLDER)

export function ofKind(kind: string): KubernetesObject[] {
  return objects.filter(each => each.kind === kind)
}

/** The kind is what makes a manifest a Trigger. */
export const triggers = ofKind('Trigger') as unknown as readonly Trigger[]
export const brokers = ofKind('Broker') as unknown as readonly Broker[]

function event(type: string, more: object = {}): CloudEvent {
  return { specversion: '1.0', id: '1', source: '/tests', type, ...more }
}

const RUN = 'rem-5f0c1a7be25f0c1a7be25f0c1a7be25f0c1a7be2'
const CHANGES = [TYPE.objectAdded, TYPE.objectUpdated, TYPE.objectDeleted]

/** As ApiServerSource sends it. */
function changed(type: string, kind: string, apiversion: string): CloudEvent {
  const plural = `${kind.toLowerCase()}s`
  const subject = `/apis/${apiversion}/namespaces/a/${plural}/${RUN}`
  return event(type, { subject, kind, apiversion, name: RUN, namespace: 'a' })
}

/** As Tekton sends it: the subject is the run's name. */
const ended = (type: string, name: string): CloudEvent => event(type, { subject: name })

const PING = event(TYPE.ping, { source: `/apis/v1/namespaces/${SYSTEM}/pingsources/sweep` })
const playbookChanged = CHANGES.map(type => changed(type, 'Playbook', 'playbook.kubernaut.io/v1alpha1'))
const runChanged = CHANGES.map(type => changed(type, 'PipelineRun', 'tekton.dev/v1'))
const ourRunEnded = [TYPE.runSuccessful, TYPE.runFailed].map(type => ended(type, RUN))
const ours = (types: readonly string[]): CloudEvent[] => types.map(type => event(type, { subject: RUN }))

/** What each function is woken by, as the catalogue of events has it. */
export const WAKES: Readonly<Record<string, readonly CloudEvent[]>> = {
  register: playbookChanged,
  validate: ours([TYPE.analysisCompleted]),
  execute: [
    ...ours([TYPE.validated, TYPE.approvalGranted, TYPE.approvalRefused]),
    ...ourRunEnded,
    ...runChanged,
  ],
  notify: [
    ...ourRunEnded,
    ...runChanged,
    ...ours([TYPE.approvalRequested, TYPE.rejected, TYPE.denied, TYPE.playbookRejected]),
  ],
  sweep: [PING],
}

const DATA = new URL('../data/events/', import.meta.url)
const captured = (name: string): CloudEvent => {
  const { headers } = JSON.parse(readFileSync(new URL(name, DATA), 'utf8')) as {
    headers: Record<string, string>
  }
  const attributes = Object.entries(headers).filter(([header]) => header.startsWith('ce-'))
  return Object.fromEntries(
    attributes.map(([header, value]) => [header.slice(3), value]),
  ) as unknown as CloudEvent
}

/** What passes through the same Broker and concerns nobody here; some of it captured from a cluster. */
export const FOREIGN: readonly CloudEvent[] = [
  ...[TYPE.runSuccessful, TYPE.runFailed].flatMap(type =>
    ['ci-run-1', 'my-rem-1', 'rem', 'Rem-1', ''].map(name => ended(type, name)),
  ),
  event(TYPE.runFailed),
  ...['started', 'running', 'unknown', 'queued'].map(word =>
    ended(`dev.tekton.event.pipelinerun.${word}.v1`, RUN),
  ),
  ended('dev.tekton.event.taskrun.failed.v1', RUN),
  ...CHANGES.map(type => changed(type, 'ResolutionRequest', 'resolution.tekton.dev/v1beta1')),
  ...CHANGES.map(type => event(type, { subject: RUN })),
  event(TYPE.ping, { source: '/apis/v1/namespaces/default/pingsources/tick' }),
  ...ours([TYPE.playbookRegistered, TYPE.queued, TYPE.started, TYPE.succeeded, TYPE.failed, TYPE.cancelled]),
  event('io.kubernaut.remediation.validated.v2', { subject: RUN }),
  event('com.example.other'),
  captured('tekton.pipelinerun.successful.v1.json'),
  captured('tekton.pipelinerun.running.v1.json'),
  captured('tekton.taskrun.successful.v1.json'),
  captured('knative.apiserver.resource.add.json'),
  captured('knative.sources.ping.json'),
]
