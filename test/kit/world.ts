// The whole local world around a test: a clock that jumps, somebody who is told, and a watch over the targets.

import { placeTarget } from '../../local/world/place-target.ts'
import { startWorld, type World, type WorldOptions } from '../../local/world/world.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { emit } from '../../shared/events/emit.ts'
import { pipelineRuns, playbooks } from '../../shared/kubernetes/resources.ts'
import { type Playbook, readyCondition } from '../../shared/playbook/playbook.ts'
import type { PipelineRun } from '../../shared/remediation/marks.ts'
import { createLog } from '../../shared/runtime/log.ts'
import { analysisEvent } from './events.ts'
import { playbookOf, pushTo } from './playbooks.ts'
import { startReceiver, type TestReceiver } from './receiver.ts'
import { analysis } from './remediations.ts'
import { TENANT } from './stage.ts'
import { until } from './until.ts'
import { createWatch, type Watch, watchRuns } from './watch-runs.ts'

export interface TestWorld extends AsyncDisposable {
  readonly world: World
  readonly receiver: TestReceiver
  readonly advance: (ms: number) => void
  /** Pushes a bundle; answers the Playbook to apply, whose targets rest for five minutes. */
  readonly push: () => Promise<Playbook>
  readonly ready: () => Promise<string | undefined>
  /** Posts an analysis of a Deployment; resolves when the Broker has taken it. */
  readonly analyse: (id: string, target: string) => Promise<void>
  readonly runs: () => Promise<readonly PipelineRun[]>
  readonly watch: Watch
}

/** What the receiver was told of how runs ended. */
export function endings({ receiver }: TestWorld): CloudEvent[] {
  return receiver.taken.filter(({ type }) => /\.(succeeded|failed|cancelled)\.v1$/.test(type))
}

export async function startTestWorld(options: Partial<WorldOptions> = {}): Promise<TestWorld> {
  let offset = 0
  const receiver = await startReceiver()
  const log = createLog('silent')
  const env = { ...receiver.env, ...options.env }
  const world = await startWorld({ log, durationMs: 5, now: () => Date.now() + offset, ...options, env })
  const stop = new AbortController()
  const watch = createWatch()
  const watching = watchRuns(world.kubernetes, watch, { signal: stop.signal }).catch(() => undefined)
  const key = { namespace: TENANT, name: 'scale' }

  return {
    world,
    receiver,
    watch,
    advance(ms) {
      offset += ms
    },
    async push() {
      await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: TENANT } })
      const bundle = await pushTo(`${world.registry.host}/playbooks/scale:v1.0.0`)
      return playbookOf('scale', { bundle, cooldown: '5m' })
    },
    async ready() {
      const playbook = await world.kubernetes.get<Playbook>(playbooks, key)
      return playbook === undefined ? undefined : readyCondition(playbook)?.status
    },
    async analyse(id, target) {
      const event = analysisEvent(id, analysis('scale', target))
      await placeTarget(world, event.data)
      await emit(globalThis.fetch, world.sink, event)
    },
    runs: async () => (await world.kubernetes.list<PipelineRun>(pipelineRuns)).items,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await watching
      await world.close()
      await receiver[Symbol.asyncDispose]()
    },
  }
}

/** A world whose playbook is registered. */
export async function startReadyWorld(options: Partial<WorldOptions> = {}): Promise<TestWorld> {
  const whole = await startTestWorld(options)
  await whole.world.apply(await whole.push())
  await until('the Playbook to be Ready', async () => (await whole.ready()) === 'True')
  return whole
}
