// What a Tekton under test must offer, and how the scenarios ask it.

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PipelineSpec } from '../../local/tekton/pipeline.ts'
import type { PipelineRun, ResolutionRequest, TaskRun } from '../../local/tekton/run.ts'
import { resolutionRequests } from '../../local/tekton/run.ts'
import { isFinished, succeeded } from '../../local/tekton/status.ts'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { pipelineRuns, taskRuns } from '../../shared/kubernetes/resources.ts'

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

const PATIENCE_MS = 15_000
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 250

/** Asks again and again, ever less often, until there is an answer; says what it waited for when there is none. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  const end = performance.now() + patienceMs
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.2, LONGEST_PAUSE_MS)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`)
    await sleep(pause)
  }
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

/** A Pipeline's YAML (JSON is YAML), as it goes into a bundle. */
export function pipeline(name: string, spec: PipelineSpec, metadata: Record<string, unknown> = {}): string {
  return JSON.stringify({
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name, ...metadata },
    spec,
  })
}

/** A reference to a Pipeline in a bundle. */
export function fromBundle(bundle: string, name: string): Pick<RunSpec, 'pipelineRef'> {
  const params = [
    { name: 'bundle', value: bundle },
    { name: 'name', value: name },
    { name: 'kind', value: 'Pipeline' },
  ]
  return { pipelineRef: { resolver: 'bundles', params } }
}
