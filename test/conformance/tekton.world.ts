// What a Tekton under test must offer, and how the scenarios ask it.

import assert from 'node:assert/strict'
import type { PipelineRun, TaskRun } from '../../local/tekton/run.ts'
import { isFinished, succeeded } from '../../local/tekton/status.ts'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { pipelineRuns, resolutionRequests, taskRuns } from '../../shared/kubernetes/resources.ts'
import type { ResolutionRequest } from '../../shared/resolution/request.ts'
import { until } from './until.ts'

export interface ReceivedEvent {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
}

/** A Tekton under test: the stand-in, or one in a cluster that sends its CloudEvents to the test. */
export interface TektonWorld {
  readonly kubernetes: Kubernetes
  readonly namespace: string
  /** An image with a shell. */
  readonly image: string
  /** Pushes a bundle that Tekton can reach, and answers its reference; `spoil` adds a layer without annotations. */
  readonly publish: (documents: readonly string[], options?: { readonly spoil?: boolean }) => Promise<string>
  /** A reference in the same registry to something that is not there. */
  readonly missing: () => string
  /** Every CloudEvent so far. */
  readonly events: readonly ReceivedEvent[]
  /** Whether phases may pass too quickly for an event each, as they may for a real Tekton. */
  readonly coalesces?: boolean
  /** How long a scenario waits for what it expects; a real Tekton has pods to start. */
  readonly patienceMs?: number
}

export type RunSpec = PipelineRun['spec']

export interface Stage extends TektonWorld {
  /** A name that no other scenario has. */
  readonly name: string
  create(spec: RunSpec, annotations?: Record<string, string>): Promise<PipelineRun>
  patch(spec: Record<string, unknown>): Promise<void>
  read(): Promise<PipelineRun | undefined>
  taskRuns(): Promise<TaskRun[]>
  requests(): Promise<ResolutionRequest[]>
  /** Waits until the run's condition has this reason. */
  reaches(reason: string): Promise<PipelineRun>
  finished(): Promise<PipelineRun>
  /** The phases of the events about this run, sorted, once there are as many. */
  phases(kind: 'pipelinerun' | 'taskrun', count: number): Promise<string[]>
  /**
   * Waits for the events about this run or its TaskRuns, each told as `<phase> <reason>`, the last one last; nothing else
   * may be told.
   */
  tells(kind: 'pipelinerun' | 'taskrun', expected: readonly string[]): Promise<void>
}

export interface TektonScenario {
  readonly name: string
  readonly run: (stage: Stage) => Promise<void>
}

export function phaseOf({ headers }: ReceivedEvent): string {
  return String(headers['ce-type']).split('.').at(-2) ?? ''
}

/** `running Running`; an event about what has no condition yet has no reason. */
function toldBy(event: ReceivedEvent): string {
  const { pipelineRun, taskRun } = event.body as { pipelineRun?: PipelineRun; taskRun?: TaskRun }
  const reason = (pipelineRun ?? taskRun)?.status?.conditions?.[0]?.reason
  return reason === undefined ? phaseOf(event) : `${phaseOf(event)} ${reason}`
}

export function createStage(world: TektonWorld, name: string): Stage {
  const { kubernetes, namespace, patienceMs } = world
  const key = { namespace, name }
  const read = () => kubernetes.get<PipelineRun>(pipelineRuns, key)

  async function wait(what: string, is: (run: PipelineRun) => boolean): Promise<PipelineRun> {
    let last: PipelineRun | undefined
    const ask = async () => {
      last = await read()
      return last !== undefined && is(last) ? last : undefined
    }
    return until(`${name} to be ${what}`, ask, patienceMs).catch(error => {
      throw new Error(`${error}; it is ${JSON.stringify(last?.status?.conditions)}`)
    })
  }

  function eventsOf(kind: string): ReceivedEvent[] {
    return world.events.filter(({ headers }) => {
      const about = String(headers['ce-subject'])
      return (
        String(headers['ce-type']).includes(`.${kind}.`) && (about === name || about.startsWith(`${name}-`))
      )
    })
  }

  return {
    ...world,
    name,
    async create(spec, annotations = {}) {
      const metadata = { ...key, annotations }
      return kubernetes.create<PipelineRun>(pipelineRuns, {
        apiVersion: 'tekton.dev/v1',
        kind: 'PipelineRun',
        metadata,
        spec,
      })
    },
    async patch(spec) {
      await kubernetes.patch(pipelineRuns, key, { spec })
    },
    read,
    async taskRuns() {
      const labelSelector = `tekton.dev/pipelineRun=${name}`
      return [...(await kubernetes.list<TaskRun>(taskRuns, { namespace, labelSelector })).items]
    },
    async requests() {
      const { items } = await kubernetes.list<ResolutionRequest>(resolutionRequests, { namespace })
      return items.filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === name)
    },
    reaches: reason => wait(reason, run => succeeded(run)?.reason === reason),
    finished: () => wait('finished', isFinished),
    async phases(kind, count) {
      const enough = async () => eventsOf(kind).length >= count || undefined
      await until(`${count} events about ${name}`, enough, patienceMs)
      return eventsOf(kind).map(phaseOf).sort()
    },
    async tells(kind, expected) {
      const told = () => [...new Set(eventsOf(kind).map(toldBy))]
      const awaited = world.coalesces ? expected.slice(-1) : expected
      const complete = async () => awaited.every(words => told().includes(words)) || undefined
      await until(`${awaited} about ${name}`, complete, patienceMs).catch(error => {
        throw new Error(`${error}; told was ${told()}`)
      })
      const surprises = told().filter(words => !expected.includes(words))
      assert.deepEqual(surprises, [], `unexpected events about ${name}`)
    },
  }
}
