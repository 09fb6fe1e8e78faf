// Two hundred remediations while pods die, the Broker restarts, every event comes three times and Tekton's are lost.

import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import pRetry from 'p-retry'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import { type KubernetesObject, pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { ANNOTATION, endingOf, LABEL, type PipelineRun, runName } from '../../shared/remediation/marks.ts'
import { analysisOf, ledgerOf, readyPlaybook } from '../journeys/looks.ts'
import { publish, register } from '../journeys/playbooks.ts'
import { eventually } from '../journeys/stage.ts'
import { freshNamespace, kubectl, openStage, SYSTEM } from './stage.ts'

const REMEDIATIONS = Number(process.env.REMEDIATIONS ?? 200)
const TARGETS = REMEDIATIONS / 5
const FUNCTIONS = ['register', 'validate', 'execute', 'notify', 'sweep', 'deadletter']
const TWICE_MORE = ['second', 'third']
const MINUTES_15 = 15 * 60_000

const stage = openStage()
const { namespace, remove } = freshNamespace('faults')
const place = { stage, namespace }

interface Trigger extends KubernetesObject {
  readonly spec: object
}

/** Every Trigger twice more: each event reaches each function three times, in no order. */
function tripleTriggers(): void {
  const { items } = JSON.parse(kubectl(['-n', SYSTEM, 'get', 'triggers', '-o', 'json'])) as {
    items: Trigger[]
  }
  for (const { metadata, spec } of items.filter(each => FUNCTIONS.includes(each.metadata.name)))
    for (const suffix of TWICE_MORE) {
      const name = `${metadata.name}-${suffix}`
      const labels = { 'playbook.kubernaut.io/test': 'faults' }
      const trigger = {
        apiVersion: 'eventing.knative.dev/v1',
        kind: 'Trigger',
        metadata: { name, namespace: SYSTEM, labels },
        spec,
      }
      kubectl(['apply', '-f', '-'], JSON.stringify(trigger))
    }
  kubectl(['-n', SYSTEM, 'wait', '--for=condition=Ready', 'trigger', '--all', '--timeout=120s'])
}

function configEvents(sink: string): void {
  kubectl([
    '-n',
    'tekton-pipelines',
    'patch',
    'configmap',
    'config-events',
    '--type=merge',
    '-p',
    JSON.stringify({ data: { sink } }),
  ])
}

function killPods(namespace: string, selector: string): void {
  kubectl([
    '-n',
    namespace,
    'delete',
    'pods',
    '-l',
    selector,
    '--grace-period=0',
    '--force',
    '--wait=false',
    '--ignore-not-found',
  ])
}

/** Kills one function after the other, and the Broker's own pods now and then, until told to stop. */
async function disturb(signal: AbortSignal): Promise<number> {
  let kills = 0
  while (!signal.aborted) {
    killPods(SYSTEM, `function.knative.dev/name=${FUNCTIONS[kills % FUNCTIONS.length]}`)
    kills += 1
    if (kills % 10 === 5) killPods('knative-eventing', 'eventing.knative.dev/brokerRole=filter')
    if (kills % 10 === 0) killPods('knative-eventing', 'eventing.knative.dev/brokerRole=ingress')
    await sleep(2_000, undefined, { signal }).catch(() => undefined)
  }
  return kills
}

/** As any sender must with a synchronous Broker: no 202 means to send it again, under the same id. */
function sendUntilTaken(event: CloudEvent): Promise<void> {
  return pRetry(() => stage.send(event), { retries: 30, minTimeout: 200, maxTimeout: 5_000 })
}

/** A Pipeline whose only task is skipped: the run is real and ends at once, without a pod. */
const NOTHING_TO_DO = { input: '$(params.TARGET_RESOURCE_KIND)', operator: 'in', values: ['Nothing'] }

let sink = ''

beforeAll(async () => {
  sink = kubectl([
    '-n',
    'tekton-pipelines',
    'get',
    'configmap',
    'config-events',
    '-o',
    'jsonpath={.data.sink}',
  ])
  await publish(stage, namespace, { name: 'quick', version: '1.0.0', script: 'true', when: [NOTHING_TO_DO] })
  await register(stage, namespace, { name: 'quick', version: '1.0.0' })
  await readyPlaybook(place, 'quick')
  tripleTriggers()
}, MINUTES_15)

afterAll(() => {
  if (sink !== '') configEvents(sink)
  kubectl([
    '-n',
    SYSTEM,
    'delete',
    'triggers',
    '-l',
    'playbook.kubernaut.io/test=faults',
    '--ignore-not-found',
  ])
  remove()
})

async function allRuns(): Promise<readonly PipelineRun[]> {
  const { items } = await stage.kubernetes.list<PipelineRun>(pipelineRuns, { namespace })
  return items
}

function isSettled(run: PipelineRun): boolean {
  const { labels } = run.metadata
  return endingOf(run) !== undefined && labels?.[LABEL.told] === 'yes' && labels[LABEL.lock] === undefined
}

/** Pairs of runs on one target whose times overlap; both ends have whole seconds. */
function overlaps(runs: readonly PipelineRun[]): string[] {
  const byTarget = Map.groupBy(runs, run => run.metadata.annotations?.[ANNOTATION.target])
  return [...byTarget.values()].flatMap(group => {
    const sorted = group.toSorted((a, b) =>
      (a.status?.startTime ?? '').localeCompare(b.status?.startTime ?? ''),
    )
    return sorted.slice(1).flatMap((run, index) => {
      const before = sorted[index]
      const isEarly = (run.status?.startTime ?? '') < (before?.status?.completionTime ?? '')
      return isEarly ? [`${run.metadata.name} began before ${before?.metadata.name} ended`] : []
    })
  })
}

test(
  `${REMEDIATIONS} analyses are ${REMEDIATIONS} runs, each told once, never two on one target`,
  async () => {
    const events = Array.from({ length: REMEDIATIONS }, (_, index) =>
      analysisOf(place, { id: `f${index}`, playbook: 'quick', target: `target-${index % TARGETS}` }),
    )
    const stop = new AbortController()
    const disturbance = disturb(stop.signal)
    const limit = pLimit(16)
    configEvents('http://127.0.0.1:9/')
    const half = events.splice(0, events.length / 2)
    await Promise.all(half.map(event => limit(() => sendUntilTaken(event))))
    configEvents(sink)
    await Promise.all(events.map(event => limit(() => sendUntilTaken(event))))
    stop.abort()
    const kills = await disturbance
    const all = [...half, ...events]

    const runs = await eventually(
      'every run has ended and everyone knows',
      async () => {
        const found = await allRuns()
        return found.length >= REMEDIATIONS && found.every(isSettled) ? found : undefined
      },
      MINUTES_15,
    )
    process.stdout.write(`${kills} kills, ${runs.length} runs\n`)
    expect(runs.map(run => run.metadata.name).sort()).toEqual(
      all.map(event => runName(correlationOf(event))).sort(),
    )
    expect(runs.filter(run => ledgerOf(run).log?.state !== 'told')).toEqual([])
    expect(overlaps(runs)).toEqual([])
  },
  MINUTES_15 * 2,
)
