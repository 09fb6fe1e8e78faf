// Two hundred remediations while pods die, the Broker restarts, every event comes three times and Tekton's are lost.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import type { PipelineRun } from '../../../shared/remediation/marks.ts'
import { ledgerOf, readyPlaybook } from '../../journeys/looks.ts'
import { publish, register } from '../../journeys/playbooks.ts'
import { eventually } from '../../journeys/stage.ts'
import { createWatch, watchRuns } from '../../kit/watch-runs.ts'
import { takeNamespace } from '../namespaces.ts'
import { openStage } from '../stage.ts'
import { dropTektonEvents } from '../tekton-events.ts'
import { copyTriggers, removeCopies } from './copies.ts'
import { createFeeds, FUNCTIONS } from './feeds.ts'
import { createLoad, PLAYBOOKS } from './load.ts'
import type { Delivery } from './pods/receiver.ts'
import { type Program, startProgram } from './program.ts'
import { createSiege, STAGES } from './siege.ts'
import { noteTraces } from './traces.ts'
import { isSettled, refusalId, repeatsIn, toldEndings } from './verdict.ts'
import { deployment, tellOnly } from './webhook.ts'

const REMEDIATIONS = Number(process.env.REMEDIATIONS ?? 200)
/** A claim is somebody's who died after a minute (docs/decisions/009); clocks and receivers are a little off. */
const CLAIM_S = 55
const MINUTE = 60_000
/** A Pipeline whose only task is skipped: the run is real and ends at once, without a pod. */
const NOTHING_TO_DO = { input: '$(params.TARGET_RESOURCE_KIND)', operator: 'in', values: ['Nothing'] }

const stage = openStage()
const { kubernetes } = stage
const { namespace, remove } = takeNamespace('faults')
const place = { stage, namespace }
const load = createLoad(place, REMEDIATIONS)
const feeds = createFeeds(place, 'spare', load.taken)
const siege = createSiege({ kubernetes, feeds, countOpen: load.countOpen })
const watch = createWatch()
const undo = new AsyncDisposableStack()
const stop = new AbortController()
let receiver: Program
let runs: readonly PipelineRun[] = []
let told: readonly Delivery[] = []
let lostEnds = 0

async function prepare(): Promise<void> {
  undo.defer(remove)
  undo.defer(await noteTraces(kubernetes, namespace))
  receiver = await startProgram(stage, { namespace, name: 'receiver', image: deployment().image })
  undo.defer(tellOnly(`http://${receiver.host}/`))
  for (const name of [...PLAYBOOKS, 'spare']) {
    await publish(stage, namespace, { name, version: '1.0.0', script: 'true', when: [NOTHING_TO_DO] })
    await register(stage, namespace, { name, version: '1.0.0' })
    await readyPlaybook(place, name)
  }
  undo.defer(() => removeCopies(kubernetes))
  await copyTriggers(kubernetes)
  undo.defer(() => stop.abort())
  void watchRuns(kubernetes, watch, { namespace, signal: stop.signal }).catch(() => undefined)
}

/** Sends the analyses in as many parts as there are functions; while each part is sent, the function's pod is killed. */
async function sendUnderFire(events: readonly CloudEvent[]): Promise<void> {
  const size = Math.ceil(events.length / FUNCTIONS.length)
  for (const [index, name] of FUNCTIONS.entries())
    await Promise.all([
      load.send(events.slice(index * size, (index + 1) * size)),
      siege.kill('sending', name),
    ])
}

/** Tekton's events are lost until every function has died before the line as well; answers how many ends nobody heard of. */
async function besiege(): Promise<number> {
  const restore = dropTektonEvents()
  undo.defer(restore)
  await Promise.all([sendUnderFire(load.first), siege.restartBroker('sending')])
  await Promise.all([load.send(load.second), siege.restartBroker('sending')])
  await siege.killEach('draining')
  const lost = await load.overAtLeast(REMEDIATIONS / 2)
  restore()
  await siege.killEach('ending')
  await feeds.done()
  return lost
}

async function settle(): Promise<void> {
  runs = await load.runsThat('are settled', isSettled, REMEDIATIONS)
  const all = async () => {
    const deliveries = JSON.parse(await receiver.ask('GET', '/')) as Delivery[]
    const ids = new Set(deliveries.map(({ id }) => id))
    return feeds.refused.every(event => ids.has(refusalId(event))) ? deliveries : undefined
  }
  told = await eventually('every refusal was told', all, 4 * MINUTE)
  stop.abort()
}

beforeAll(async () => {
  await prepare()
  const started = performance.now()
  lostEnds = await besiege()
  await settle()
  const repeats = repeatsIn(told).map(({ after }) => `${after.toFixed()} s`)
  const facts = [
    `${((performance.now() - started) / 1000).toFixed()} s`,
    `${runs.length} runs`,
    `the ends of ${lostEnds} lost`,
    `${feeds.refused.length} refusals`,
    `${told.length} deliveries, ${repeats.length} of them repeated (after ${repeats.join(', ') || '-'})`,
  ]
  process.stdout.write(`${facts.join('; ')}\n${siege.table()}\n`)
}, 20 * MINUTE)

afterAll(() => undo.disposeAsync(), 5 * MINUTE)

test(`${REMEDIATIONS} analyses are exactly ${REMEDIATIONS} runs`, () => {
  expect(runs.map(run => run.metadata.name).sort()).toEqual(load.names)
})

test('every outcome was told by exactly one message', () => {
  expect(toldEndings(told)).toEqual(load.names.map(name => `${name} ${TYPE.succeeded}`))
  const ledgers = runs.map(run =>
    Object.entries(ledgerOf(run)).map(([name, { state }]) => `${name} ${state}`),
  )
  expect(new Set(ledgers.flat())).toEqual(new Set(['log told', 'webhook told']))
})

test('every refusal was told by exactly one message', () => {
  const refusals = told.filter(({ type }) => type === TYPE.rejected)
  expect(new Set(refusals.map(({ id }) => id))).toEqual(new Set(feeds.refused.map(refusalId)))
})

test('a message was delivered again only after the one who delivered it had died', () => {
  expect(repeatsIn(told).filter(({ after }) => after < CLAIM_S)).toEqual([])
})

test('no two runs were on one target at once', () => {
  expect([watch.started.size, [...watch.clashes]]).toEqual([REMEDIATIONS, []])
})

test.each(FUNCTIONS)("%s's pod was killed while it handled something in each stage", name => {
  expect(STAGES.filter(when => siege.count(name, when) === 0)).toEqual([])
})

test('the line was long, half of the ends were lost, and the Broker restarted', () => {
  expect(siege.deaths.filter(({ stage, open }) => stage === 'draining' && open === 0)).toEqual([])
  expect(lostEnds).toBeGreaterThanOrEqual(REMEDIATIONS / 2)
  expect([siege.count('ingress'), siege.count('filter')]).toEqual([2, 2])
})
