// A run waits for a person: approved, denied, too late, twice, at once; what counts is what the run itself says.

import { expect, test } from 'vitest'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { ANNOTATION, isPending, LABEL, type PipelineRun } from '../../../shared/remediation/marks.ts'
import { changed, ended, eventOf } from '../../kit/events.ts'
import { dyingAfter, interrupted } from '../../kit/hook.ts'
import { pipelineText, push, registered } from '../../kit/playbooks.ts'
import { analysis, begin, deliver, finish, lockOn, readRun, running } from '../../kit/remediations.ts'
import { repair, sweepOnce } from '../../kit/repair.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'

const MINUTE = 60_000
const EXPIRED = 16 * MINUTE

async function asked(stage: Stage): Promise<string> {
  await registered(stage, 'manual', { approval: 'manual', cooldown: '0' })
  return (await begin(stage, 'asks', analysis('manual'))).run
}

/** What a person does with `kubectl annotate`. */
function annotate(stage: Stage, name: string, annotations: object): Promise<PipelineRun> {
  return stage.kubernetes.patch(pipelineRuns, { namespace: TENANT, name }, { metadata: { annotations } })
}

const approve = (stage: Stage, name: string) => annotate(stage, name, { [ANNOTATION.approvedBy]: 'ann' })
const deny = (stage: Stage, name: string, more = {}) =>
  annotate(stage, name, { [ANNOTATION.deniedBy]: 'dan', ...more })

/** Lets Tekton end what was cancelled, and tells `execute`. */
async function cancelled(stage: Stage, name: string): Promise<CloudEvent | undefined> {
  expect((await readRun(stage, name)).spec.status).toBe('Cancelled')
  return deliver(stage, ended(await finish(stage, name, 'Cancelled')))
}

test('says until when it may be approved', async () => {
  await using stage = await startStage()
  await registered(stage, 'manual', { approval: 'manual' })
  const before = stage.clock.now()
  const { reply, run } = await begin(stage, 'asks', analysis('manual'))
  const { until } = (reply?.data ?? {}) as { until: string }
  expect(Date.parse(until) - before).toBeGreaterThanOrEqual(15 * MINUTE)
  expect((await readRun(stage, run)).metadata.annotations?.[ANNOTATION.expiresAt]).toBe(until)
})

test('an annotation alone approves: the run starts with its target, once however often it is reported', async () => {
  await using stage = await startStage()
  const run = await asked(stage)
  const event = changed(await approve(stage, run))

  expect(await deliver(stage, event)).toMatchObject({ type: TYPE.started, subject: run })
  expect(await deliver(stage, event)).toBeUndefined()
  expect(await running(stage)).toEqual([run])
  expect((await lockOn(stage)).holder?.name).toBe(run)
  expect((await readRun(stage, run)).metadata.labels).not.toHaveProperty([LABEL.waiting])
})

test('an approval does not pass by a run that has the target: it waits its turn', async () => {
  await using stage = await startStage()
  const run = await asked(stage)
  await registered(stage, 'scale', { cooldown: '0' })
  const first = await begin(stage, 'first', analysis('scale'))

  const reply = await deliver(stage, changed(await approve(stage, run)))
  expect(reply).toMatchObject({ type: TYPE.queued, data: { why: 'its turn, approved by ann' } })
  expect(await running(stage)).toEqual([first.run])

  const next = await deliver(stage, ended(await finish(stage, first.run)))
  expect(next).toMatchObject({ type: TYPE.started, subject: run })
})

test.each([
  ['approval', TYPE.approvalGranted, approve, TYPE.started],
  ['denial', TYPE.approvalRefused, deny, undefined],
])('an event of an %s brings about what the run itself carries', async (_, type, speak, answer) => {
  await using stage = await startStage()
  const name = await asked(stage)
  const { uid } = (await readRun(stage, name)).metadata
  const wish = (wished: object) => eventOf(type, { run: { namespace: TENANT, name, uid, ...wished } })

  expect(await deliver(stage, wish({}))).toBeUndefined()
  expect(isPending(await readRun(stage, name))).toBe(true)
  await speak(stage, name)
  expect(await deliver(stage, wish({ uid: 'an-earlier-run' }))).toBeUndefined()
  expect(isPending(await readRun(stage, name))).toBe(true)
  expect((await deliver(stage, wish({})))?.type).toBe(answer)
  expect(isPending(await readRun(stage, name))).toBe(false)
  expect(await deliver(stage, wish({}))).toBeUndefined()
})

test('an event of an approval that names no run is malformed', async () => {
  await using stage = await startStage()
  const event = eventOf(TYPE.approvalGranted, { run: { namespace: TENANT, name: 'rem-x' } })
  await expect(deliver(stage, event)).rejects.toMatchObject({ kind: 'malformed' })
})

test('a denial cancels the run, and is told with who and why, as the same event however often', async () => {
  await using stage = await startStage()
  const run = await asked(stage)
  const event = changed(await deny(stage, run, { [ANNOTATION.deniedBecause]: 'not during the sale' }))

  expect(await deliver(stage, event)).toBeUndefined()
  const reply = await cancelled(stage, run)
  const again = await deliver(stage, ended(await readRun(stage, run)))

  const message = 'dan denied it: not during the sale'
  const analysisEvent = { source: '/analysis-service', id: 'asks' }
  const data = { reason: 'DeniedByPerson', message, analysis: analysisEvent, run: { name: run } }
  expect(reply).toMatchObject({ type: TYPE.denied, subject: run, data })
  expect(again).toEqual(reply)
  expect(await approveLate(stage, run)).toEqual([])
})

async function approveLate(stage: Stage, run: string): Promise<string[]> {
  expect(await deliver(stage, changed(await approve(stage, run)))).toBeUndefined()
  return running(stage)
}

test('a denial stands above an approval, and takes an approved run out of the line', async () => {
  await using stage = await startStage()
  const run = await asked(stage)
  await registered(stage, 'scale', { cooldown: '0' })
  const first = await begin(stage, 'first', analysis('scale'))
  await deliver(stage, changed(await approve(stage, run)))
  await deny(stage, run)

  expect(await deliver(stage, ended(await finish(stage, first.run)))).toBeUndefined()
  expect(await deliver(stage, changed(await readRun(stage, run)))).toBeUndefined()
  expect(await cancelled(stage, run)).toMatchObject({ type: TYPE.denied })
})

test('a person who denies while it is being approved is heard', async () => {
  await using stage = await startStage()
  const run = await asked(stage)
  const event = changed(await approve(stage, run))
  const slow = interrupted(stage.kubernetes, ['patch', 'PipelineRun'], () => deny(stage, run))

  expect(await deliver(stage, event, stage.replica({ kubernetes: slow }))).toBeUndefined()
  expect(await deliver(stage, changed(await readRun(stage, run)))).toBeUndefined()
  expect(await cancelled(stage, run)).toMatchObject({ type: TYPE.denied })
})

test('an approval that took longer than a run may queue is good all the same', async () => {
  await using stage = await startStage({ env: { QUEUE_SECONDS: '60' } })
  const run = await asked(stage)
  stage.clock.advance(10 * MINUTE)

  expect(await deliver(stage, changed(await approve(stage, run)))).toMatchObject({ type: TYPE.started })
})

test('an approved run queues until its patience is over, counted from when it could last be approved', async () => {
  await using stage = await startStage({ env: { QUEUE_SECONDS: '60' } })
  const run = await asked(stage)
  await registered(stage, 'scale', { cooldown: '0' })
  await begin(stage, 'first', analysis('scale'))
  await deliver(stage, changed(await approve(stage, run)))
  stage.clock.advance(10 * MINUTE)
  await repair(stage)
  expect(isPending(await readRun(stage, run))).toBe(true)

  stage.clock.advance(7 * MINUTE)
  await repair(stage)
  expect(await cancelled(stage, run)).toMatchObject({ data: { reason: 'QueueExpired' } })
})

test('whoever is next starts when the first in line is denied', async () => {
  await using stage = await startStage()
  const run = await asked(stage)
  await registered(stage, 'scale', { cooldown: '5m' })
  const first = await begin(stage, 'first', analysis('scale'))
  const next = await begin(stage, 'next', analysis('scale'))
  await deliver(stage, changed(await approve(stage, run)))
  await deliver(stage, ended(await finish(stage, first.run)))
  stage.clock.advance(6 * MINUTE)

  const reply = await deliver(stage, changed(await deny(stage, run)))

  expect(reply).toMatchObject({ type: TYPE.started, subject: next.run })
  expect(await cancelled(stage, run)).toMatchObject({ type: TYPE.denied })
})

test('an event that comes again for a denied run starts nothing, before Tekton has ended it and when it is pruned', async () => {
  await using stage = await startStage()
  await registered(stage, 'manual', { approval: 'manual', cooldown: '0' })
  const { run, event } = await begin(stage, 'asks', analysis('manual'))
  await deliver(stage, changed(await deny(stage, run)))

  expect(await deliver(stage, event)).toBeUndefined()
  await cancelled(stage, run)
  await stage.kubernetes.remove(pipelineRuns, { namespace: TENANT, name: run })
  expect(await deliver(stage, event)).toBeUndefined()
  expect(await running(stage)).toEqual([])
  expect((await lockOn(stage)).holder).toBeUndefined()
})

test.each([
  ['nobody', async () => undefined],
  ['somebody too late', approve],
])('approved in time by %s: the sweep has it denied, and it is told as expired', async (_, late) => {
  await using stage = await startStage()
  const run = await asked(stage)
  expect(await sweepOnce(stage)).toEqual([])
  stage.clock.advance(EXPIRED)
  await late(stage, run)

  expect(await repair(stage)).toEqual([])
  const reply = await cancelled(stage, run)
  expect(reply).toMatchObject({ type: TYPE.denied, data: { reason: 'ApprovalExpired' } })
  expect(await running(stage)).toEqual([])
})

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
  'a process that dies after %i calls loses no approval',
  async calls => {
    await using stage = await startStage()
    const run = await asked(stage)
    const event = changed(await approve(stage, run))
    const dying = stage.replica({ kubernetes: dyingAfter(stage.kubernetes, calls) })
    await deliver(stage, event, dying).catch(() => undefined)

    stage.clock.advance(MINUTE)
    await repair(stage)
    expect(await running(stage)).toEqual([run])
    expect((await lockOn(stage)).holder?.name).toBe(run)
  },
)

test.each([0, 1])('a process that dies after %i calls loses no denial', async calls => {
  await using stage = await startStage()
  const run = await asked(stage)
  const event = changed(await deny(stage, run))
  await deliver(stage, event, stage.replica({ kubernetes: dyingAfter(stage.kubernetes, calls) })).catch(
    () => undefined,
  )

  stage.clock.advance(MINUTE)
  await repair(stage)
  expect(await cancelled(stage, run)).toMatchObject({ type: TYPE.denied })
})

test('a run that ran is not denied by a name that was written on it later', async () => {
  await using stage = await startStage()
  const run = await asked(stage)
  await deliver(stage, changed(await approve(stage, run)))
  await deny(stage, run)
  const status = { childReferences: [{ name: `${run}-scale` }] }
  await stage.kubernetes.patch(
    pipelineRuns,
    { namespace: TENANT, name: run },
    { status },
    { subresource: 'status' },
  )

  expect(await deliver(stage, ended(await finish(stage, run, 'Cancelled')))).toBeUndefined()
})

// The admission policy takes blank for nothing, so anybody who may write annotations may write that.
test.each([ANNOTATION.approvedBy, ANNOTATION.deniedBy])("%s in nobody's name says nothing", async name => {
  await using stage = await startStage()
  const run = await asked(stage)

  expect(await deliver(stage, changed(await annotate(stage, run, { [name]: '' })))).toBeUndefined()

  const waits = await readRun(stage, run)
  expect(waits.spec.status).toBe('PipelineRunPending')
  expect(waits.metadata.labels).toMatchObject({ [LABEL.waiting]: 'approval' })
  expect(await deliver(stage, changed(await approve(stage, run)))).toMatchObject({ type: TYPE.started })
})

test('a blank denial takes nobody out of the line', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', { cooldown: '0' })
  const first = await begin(stage, 'first', analysis('scale'))
  const next = await begin(stage, 'next', analysis('scale'))
  await annotate(stage, next.run, { [ANNOTATION.deniedBy]: '' })

  const reply = await deliver(stage, ended(await finish(stage, first.run)))
  expect(reply).toMatchObject({ type: TYPE.started, subject: next.run })
})

test('a run without parameters is approved as others are: Tekton leaves an empty list out', async () => {
  await using stage = await startStage()
  const pack = { documents: [pipelineText({ params: [] })], schema: '{"type":"object"}' }
  const bundle = await push(stage, 'playbooks/restart:v1.0.0', { pack })
  await registered(stage, 'restart', { bundle, approval: 'manual', cooldown: '0' })
  const { run } = await begin(
    stage,
    'a',
    analysis('restart', 'web', { selected_workflow: { workflow_id: 'restart', confidence: 0.9 } }),
  )
  expect((await readRun(stage, run)).spec.params).toBeUndefined()

  expect(await deliver(stage, changed(await approve(stage, run)))).toMatchObject({ type: TYPE.started })
  expect(await running(stage)).toEqual([run])
})
