// `playbook events` in the whole local world: what is read afterwards is what the Broker carried.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../../../cli/program.ts'
import { placeTarget } from '../../../local/world/place-target.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { emit } from '../../../shared/events/emit.ts'
import { LABEL } from '../../../shared/remediation/marks.ts'
import { analysisEvent, runOf } from '../../kit/events.ts'
import { playbookOf } from '../../kit/playbooks.ts'
import { analysis } from '../../kit/remediations.ts'
import { TENANT } from '../../kit/stage.ts'
import { until } from '../../kit/until.ts'
import { startReadyWorld, type TestWorld } from '../../kit/world.ts'
import { call, makeScratch, type Scratch, shellOf } from '../kit.ts'

let whole: TestWorld
let scratch: Scratch
let cluster: readonly string[]
const carried: CloudEvent[] = []

/** What the Broker carried of these, and a trace is left of. */
function kept(): CloudEvent[] {
  const passing: readonly string[] = [TYPE.validated, TYPE.analysisCompleted]
  return carried.filter(({ type }) => type.startsWith('io.kubernaut.') && !passing.includes(type))
}

async function send(id: string, target: string, more: object = {}): Promise<string> {
  const event = analysisEvent(id, analysis('scale', target, more))
  if (target !== 'gone') await placeTarget(whole.world, event.data)
  await emit(globalThis.fetch, whole.world.sink, event)
  return runOf(event)
}

async function stands(run: string, label: string, value: string): Promise<void> {
  await until(`${run} to be ${value}`, async () =>
    (await whole.runs()).some(({ metadata }) => metadata.name === run && metadata.labels?.[label] === value),
  )
}

beforeAll(async () => {
  scratch = await makeScratch()
  whole = await startReadyWorld({ onEvent: event => carried.push(event) })
  const kubeconfig = await scratch.put('kubeconfig', whole.world.api.kubeconfig('ann'))
  cluster = ['--kubeconfig', kubeconfig, '-n', TENANT]
})
afterAll(async () => {
  await whole[Symbol.asyncDispose]()
  await scratch[Symbol.asyncDispose]()
})

const say = (...words: string[]) => call(['events', ...words, ...cluster], { now: Date.now() })

async function listed(...words: string[]): Promise<CloudEvent[]> {
  const { code, out, err } = await say(...words, '-o', 'json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out).events
}

test('what the Broker carried is read from what is left of it, under the same ids', async () => {
  await stands(await send('ends', 'web'), LABEL.told, 'yes')
  await send('never', 'gone')
  const asks = await send('asks', 'other', { approval_required: true })
  await stands(asks, LABEL.waiting, 'approval')
  // The target rests, so this one waits in line.
  await stands(await send('waits', 'web'), LABEL.waiting, 'queue')
  await whole.world.apply(playbookOf('wrong', { bundle: `${whole.world.registry.host}/none:v1` }))
  await until('it to be rejected', async () => kept().some(({ type }) => type === TYPE.playbookRejected))
  await whole.world.idle()

  const found = await listed()
  // A redelivery carries the same id again.
  const ids = (events: readonly CloudEvent[]): Set<string> =>
    new Set(events.map(({ type, id }) => `${type} ${id}`))
  expect(ids(found)).toEqual(ids(kept()))
  for (const event of kept()) {
    const same = found.find(({ id }) => id === event.id)
    const { knativearrivaltime: _, knativebrokerttl: __, ...own } = event
    expect(same).toEqual({ ...own, time: expect.any(String) })
  }
  const times = found.map(({ time = '' }) => Date.parse(time))
  expect(times).toEqual(times.toSorted((one, other) => one - other))
})

test('one line each, for people', async () => {
  const { out } = await say()
  expect(out).toMatch(/^TIME +TYPE +SUBJECT +WHAT\n/)
  expect(out).toMatch(/remediation\.succeeded +rem-\w{28} +scale succeeded on shop\/deployment\/web/)
  expect(out).toMatch(/remediation\.started +rem-\w{28} +scale started on shop\/deployment\/web/)
  expect(out).toMatch(/remediation\.rejected +rem-\w{28} +An analysis was not acted on: TargetGone/)
  expect(out).toMatch(/playbook\.registered +remediation\/scale +Playbook scale 1\.0\.0 is registered/)
})

test('those that are meant', async () => {
  const ends = runOf({ source: '/analysis-service', id: 'ends' })
  const types = async (...words: string[]) => (await listed(...words)).map(({ type }) => type)
  expect(await types('--remediation', ends.slice(0, 12))).toEqual([TYPE.started, TYPE.succeeded])
  const two = await types('--type', 'succeeded', '--type', 'playbook.rejected')
  expect(two.toSorted()).toEqual([TYPE.playbookRejected, TYPE.succeeded])
  const later = await call(['events', '--since', '1h', ...cluster], { now: Date.now() + 7_200_000 })
  expect(later).toMatchObject({ code: 0, out: 'There is no such event.\n' })
})

test.each([
  [['--type', 'validated'], /--type validated is none that is kept. There are .*remediation\.failed/],
  [['--since', 'monday'], /--since takes a duration/],
  [['--follow', '--timeout', 'long'], /--timeout takes a duration/],
])('%j', async (words, message) => {
  expect(await say(...words)).toMatchObject({ code: 3, out: '', err: expect.stringMatching(message) })
})

test('a remediation is followed to its end, each event once', async () => {
  const run = runOf({ source: '/analysis-service', id: 'later' })
  const { shell, said } = shellOf({ now: Date.now() })
  const words = ['events', '--follow', '--remediation', run, '-o', 'json', ...cluster]
  const following = runCommand(shell, words)
  await send('later', 'third', { approval_required: true })
  await until('it to be told', async () => said.out.includes(TYPE.approvalRequested))
  expect((await call(['approve', run, ...cluster])).code).toBe(0)
  expect(await following).toBe(0)
  const types = said.out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line).type)
  expect(types.toSorted()).toEqual([TYPE.approvalRequested, TYPE.started, TYPE.succeeded].toSorted())
  expect(said.err).toBe('')
})

test('following ends with its time', async () => {
  const said = await say('--follow', '--timeout', '1ms', '--type', 'succeeded')
  expect(said).toMatchObject({ code: 0, out: expect.stringContaining('scale succeeded on') })
})
