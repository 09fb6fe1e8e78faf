// What a journey looks at: the objects that a person would look at with kubectl.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { correlationOf, hashOf } from '../../shared/events/identity.ts'
import { type KubernetesObject, leases, pipelineRuns, playbooks } from '../../shared/kubernetes/resources.ts'
import {
  currentRelease,
  type Playbook,
  type Release,
  readyCondition,
} from '../../shared/playbook/playbook.ts'
import { ANNOTATION, endingOf, LABEL, type PipelineRun, runName } from '../../shared/remediation/marks.ts'
import { eventually, type Stage } from './stage.ts'

export interface Place {
  readonly stage: Stage
  readonly namespace: string
}

export interface AnalysisWish {
  readonly id: string
  readonly playbook: string
  readonly target?: string
  readonly replicas?: unknown
  readonly more?: object
}

let sent = 0

/** An analysis in the snake_case shape, for a Deployment in the journey's namespace. */
export function analysisOf({ namespace }: Place, wish: AnalysisWish): CloudEvent {
  const { playbook, target = 'my-app', replicas = 1, more = {} } = wish
  const parameters = {
    TARGET_RESOURCE_KIND: 'Deployment',
    TARGET_RESOURCE_NAME: target,
    TARGET_NAMESPACE: namespace,
    SCALE_TARGET_REPLICAS: replicas,
  }
  return {
    specversion: '1.0',
    id: `${wish.id}-${++sent}`,
    source: `/journeys/${namespace}`,
    type: 'io.kubernaut.analysis.completed.v1',
    datacontenttype: 'application/json',
    data: {
      root_cause_analysis: { remediation_target: { kind: 'Deployment', name: target, namespace } },
      selected_workflow: { workflow_id: `${namespace}/${playbook}`, confidence: 0.95, parameters },
      ...more,
    },
  } as CloudEvent
}

export function readyPlaybook({ stage, namespace }: Place, name: string, version?: string): Promise<Release> {
  return eventually(`Playbook ${namespace}/${name} is Ready`, async () => {
    const playbook = await stage.kubernetes.get<Playbook>(playbooks, { namespace, name })
    const release = playbook === undefined ? undefined : currentRelease(playbook)
    const isReady = playbook !== undefined && readyCondition(playbook)?.status === 'True'
    return isReady && (version === undefined || release?.version === version) ? release : undefined
  })
}

export function settledPlaybook({ stage, namespace }: Place, name: string): Promise<Playbook> {
  return eventually(`Playbook ${namespace}/${name} has a verdict`, async () => {
    const playbook = await stage.kubernetes.get<Playbook>(playbooks, { namespace, name })
    return playbook !== undefined && readyCondition(playbook) !== undefined ? playbook : undefined
  })
}

export function runOf({ stage, namespace }: Place, event: CloudEvent): Promise<PipelineRun | undefined> {
  return stage.kubernetes.get<PipelineRun>(pipelineRuns, { namespace, name: runName(correlationOf(event)) })
}

export function existingRun(place: Place, event: CloudEvent): Promise<PipelineRun> {
  return eventually(`the run of ${event.id} exists`, () => runOf(place, event))
}

/** The run once it has ended and everyone was told. */
export function toldRun(place: Place, event: CloudEvent): Promise<PipelineRun> {
  return eventually(`the run of ${event.id} has ended and everyone knows`, async () => {
    const run = await runOf(place, event)
    const isTold =
      run?.metadata.labels?.[LABEL.told] === 'yes' && run.metadata.labels[LABEL.lock] === undefined
    return run !== undefined && endingOf(run) !== undefined && isTold ? run : undefined
  })
}

/** How often each receiver was told, by the ledger on the run. */
export function ledgerOf(run: PipelineRun): Record<string, { state: string }> {
  return JSON.parse(run.metadata.annotations?.[ANNOTATION.told] ?? '{}') as Record<string, { state: string }>
}

function toldAnswer({ stage }: Place, what: string, answer: Answer): Promise<KubernetesObject> {
  const name = `told-${hashOf(answer.source, answer.id)}`
  return eventually(`${what} was told`, () =>
    stage.kubernetes.get<KubernetesObject>(leases, { namespace: stage.system, name }),
  )
}

type Answer = Pick<CloudEvent, 'source' | 'id'>

/** What a function answers to an event: its id follows from the event. */
function answerTo(cause: Answer, from: string, type: string): Answer {
  return { source: `/playbook-functions/${from}`, id: hashOf(cause.source, cause.id, type) }
}

/** The ledger of a refusal: it exists once somebody was told of it. */
export function toldRefusal(place: Place, event: CloudEvent): Promise<KubernetesObject> {
  const rejected = answerTo(event, 'validate', 'io.kubernaut.remediation.rejected.v1')
  return toldAnswer(place, `the refusal of ${event.id}`, rejected)
}

/** The ledger of what was validated and denied. */
export function toldDenial(place: Place, event: CloudEvent): Promise<KubernetesObject> {
  const validated = answerTo(event, 'validate', 'io.kubernaut.remediation.validated.v1')
  const denied = answerTo(validated, 'execute', 'io.kubernaut.remediation.denied.v1')
  return toldAnswer(place, `the denial of ${event.id}`, denied)
}
