// A run whose turn has come is looked at again: the kill switch, its playbook, its age, its target, its preconditions.

import { expect, test } from 'vitest'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import type { RemediationValidated } from '../../../shared/events/types.ts'
import {
  type KubernetesObject,
  pipelineRuns,
  playbooks,
  type Resource,
} from '../../../shared/kubernetes/resources.ts'
import { ANNOTATION, isPending } from '../../../shared/remediation/marks.ts'
import { changed, ended } from '../../kit/events.ts'
import { edit, registered } from '../../kit/playbooks.ts'
import { writePolicy } from '../../kit/policies.ts'
import {
  analysis,
  begin,
  deliver,
  finish,
  lockOn,
  readRun,
  running,
  validated,
} from '../../kit/remediations.ts'
import { repair } from '../../kit/repair.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'
import { end, line } from './in-line.ts'

const MINUTE = 60_000
const deployments: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
}
const WEB = { namespace: 'shop', name: 'web' }

function suspend(stage: Stage, suspended = 'true'): Promise<void> {
  return writePolicy(stage, { suspended })
}

function scale(stage: Stage, replicas: number): Promise<KubernetesObject> {
  return stage.kubernetes.patch(deployments, WEB, { spec: { replicas } })
}

/** What the run says that denied it. */
async function denialOf(stage: Stage, run = ''): Promise<unknown> {
  const { metadata, spec } = await readRun(stage, run)
  const { [ANNOTATION.deniedBy]: by, [ANNOTATION.deniedBecause]: why } = metadata.annotations ?? {}
  return { status: spec.status, by, why }
}

test('the switch turns a new remediation into a waiting run, from the next event on', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const event = await validated(stage, 'a', analysis('scale'))
  await suspend(stage)

  const reply = await deliver(stage, event)

  expect(reply).toMatchObject({
    type: TYPE.queued,
    data: { why: 'New starts are suspended by ConfigMap kubernaut-system/playbook-policy.' },
  })
  expect(await running(stage)).toEqual([])
  expect((await lockOn(stage)).holder).toBeUndefined()
  expect(await deliver(stage, event)).toEqual(reply)
})

test('what runs goes on and ends as ever, but starts nobody', async () => {
  await using stage = await startStage()
  const [first, second] = await line(stage, 2, { cooldown: '0' })
  await suspend(stage)
  expect(await running(stage)).toEqual([first])

  expect(await end(stage, first)).toBeUndefined()

  expect(await running(stage)).toEqual([])
  expect(isPending(await readRun(stage, second ?? ''))).toBe(true)
  expect(await lockOn(stage)).toMatchObject({ holder: undefined, recent: [{ outcome: 'succeeded' }] })
})

test('turned back, the next sweep starts what waited, the oldest first', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', { cooldown: '0' })
  await suspend(stage)
  const { run } = await begin(stage, 'a', analysis('scale'))
  stage.clock.advance(MINUTE)
  await begin(stage, 'b', analysis('scale'))
  stage.clock.advance(MINUTE)
  expect(await repair(stage)).toEqual([])

  await suspend(stage, 'false')

  expect(await repair(stage)).toMatchObject([{ type: TYPE.started, subject: run }])
  expect(await running(stage)).toEqual([run])
})

test('an approval that is given meanwhile waits, too', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', { approval: 'manual' })
  const { run } = await begin(stage, 'a', analysis('scale'))
  await suspend(stage)
  const metadata = { annotations: { [ANNOTATION.approvedBy]: 'ann' } }
  const key = { namespace: TENANT, name: run }
  const approved = await stage.kubernetes.patch<KubernetesObject>(pipelineRuns, key, { metadata })

  expect(await deliver(stage, changed(approved))).toMatchObject({ type: TYPE.queued })
  expect(await running(stage)).toEqual([])
})

test('a playbook that was suspended meanwhile holds its own runs back, not those of others behind it', async () => {
  await using stage = await startStage()
  const [first, second] = await line(stage, 2, { cooldown: '0' })
  await registered(stage, 'other')
  const { run: third } = await begin(stage, 'third', analysis('other'))
  await edit(stage, 'scale', { suspended: true })

  expect(await end(stage, first)).toMatchObject({ type: TYPE.started, subject: third })
  expect(isPending(await readRun(stage, second ?? ''))).toBe(true)
})

test('turned on again, the playbook has its runs go in the order in which they queued', async () => {
  await using stage = await startStage()
  const [first, second, third] = await line(stage, 3, { cooldown: '0' })
  await edit(stage, 'scale', { suspended: true })
  await end(stage, first)
  stage.clock.advance(MINUTE)
  await repair(stage)
  expect(await running(stage)).toEqual([])
  expect((await lockOn(stage)).holder).toBeUndefined()
  await edit(stage, 'scale', { suspended: false })

  await repair(stage)
  expect(await running(stage)).toEqual([second])
  expect(await end(stage, second)).toMatchObject({ type: TYPE.started, subject: third })
})

test('an event that comes again for a run that was let go says so, also while starts are suspended', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const { event, reply } = await begin(stage, 'a', analysis('scale'))
  await suspend(stage)

  expect(await deliver(stage, event)).toEqual(reply)
})

test('a precondition that no longer holds denies the run, and the next in line is judged', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', {
    cooldown: '0',
    preconditions: [{ expression: 'target.spec.replicas < 5', message: 'It is large enough.' }],
  })
  const [first, second] = [
    await begin(stage, 'a', analysis('scale')),
    await begin(stage, 'b', analysis('scale')),
  ]
  await scale(stage, 7)

  expect(await end(stage, first.run)).toBeUndefined()

  expect(await denialOf(stage, second.run)).toEqual({
    status: 'Cancelled',
    by: 'guard',
    why: 'PreconditionFailed: It is large enough.',
  })
  expect((await lockOn(stage)).holder).toBeUndefined()
})

test('such a denial is told once Tekton has ended the run, as what it is', async () => {
  await using stage = await startStage()
  const [first, second = ''] = await line(stage, 2, {
    cooldown: '0',
    preconditions: [{ expression: 'target.spec.replicas == 0' }],
  })
  await scale(stage, 1)
  await end(stage, first)

  const report = ended(await finish(stage, second, 'Cancelled'))

  const told = await deliver(stage, report)
  expect(told).toMatchObject({
    type: TYPE.denied,
    subject: second,
    data: {
      reason: 'PreconditionFailed',
      message: 'The precondition "target.spec.replicas == 0" does not hold.',
    },
  })
  expect(await deliver(stage, report)).toEqual(told)
})

test('it is judged with the target free, not while another run is still changing it', async () => {
  await using stage = await startStage()
  const [first, second = ''] = await line(stage, 2, {
    cooldown: '0',
    preconditions: [{ expression: 'target.spec.replicas == 0' }],
  })
  await scale(stage, 1)
  await deliver(stage, changed(await readRun(stage, second)))
  expect(isPending(await readRun(stage, second))).toBe(true)
  await scale(stage, 0)

  expect(await end(stage, first)).toMatchObject({ type: TYPE.started, subject: second })
})

test('a target that was deleted meanwhile is not repaired', async () => {
  await using stage = await startStage()
  const [first, second] = await line(stage, 2, { cooldown: '0' })
  await stage.kubernetes.remove(deployments, WEB)

  await end(stage, first)

  expect(await denialOf(stage, second)).toMatchObject({
    by: 'guard',
    why: expect.stringMatching(/^TargetGone: deployment shop\/web does not exist/),
  })
})

test('a target that moved on while its run waited for a person is not repaired', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', { approval: 'manual' })
  const remediation_target = { kind: 'Deployment', ...WEB, generation: 1 }
  const seen = analysis('scale', 'web', { root_cause_analysis: { remediation_target } })
  const { reply, run } = await begin(stage, 'a', seen)
  expect(reply).toMatchObject({
    type: TYPE.approvalRequested,
    data: { why: expect.not.stringMatching('generation') },
  })
  await scale(stage, 3)
  const metadata = { annotations: { [ANNOTATION.approvedBy]: 'ann' } }
  const key = { namespace: TENANT, name: run }

  await deliver(
    stage,
    changed(await stage.kubernetes.patch<KubernetesObject>(pipelineRuns, key, { metadata })),
  )

  expect(await denialOf(stage, run)).toMatchObject({
    by: 'guard',
    why: expect.stringMatching(/^TargetMoved: deployment shop\/web .* its generation was 1 and is 2/),
  })
})

test('a playbook that was deleted meanwhile is not run', async () => {
  await using stage = await startStage()
  const [first, second] = await line(stage, 2, { cooldown: '0' })
  await stage.kubernetes.remove(playbooks, { namespace: TENANT, name: 'scale' })

  await end(stage, first)

  expect(await denialOf(stage, second)).toMatchObject({
    by: 'guard',
    why: 'UnknownPlaybook: Playbook remediation/scale was deleted.',
  })
})

test('a run that waited for longer than an analysis may be old is denied', async () => {
  await using stage = await startStage({ env: { QUEUE_SECONDS: '7200' } })
  const [first, second] = await line(stage, 2, { cooldown: '0' })
  stage.clock.advance(61 * MINUTE)

  await end(stage, first)

  expect(await denialOf(stage, second)).toMatchObject({
    by: 'guard',
    why: expect.stringMatching(/^StaleAnalysis: .*61 min old/),
  })
})

test.each<[string, (now: number) => object, RegExp]>([
  ['past its expirytime', now => ({ expirytime: new Date(now + 5 * MINUTE).toISOString() }), /expired at/],
  ['too old by its time', now => ({ time: new Date(now - 55 * MINUTE).toISOString() }), /65 min old/],
])('an analysis that is %s when its run is approved is refused', async (_, timesAt, words) => {
  await using stage = await startStage()
  await registered(stage, 'scale', { approval: 'manual' })
  const times = timesAt(stage.clock.now())
  const event = await validated(stage, 'a', analysis('scale'))
  const data = event.data as RemediationValidated
  const timed = { ...event, data: { ...data, analysis: { ...data.analysis, ...times } } } as CloudEvent
  const run = (await deliver(stage, timed))?.subject ?? ''
  stage.clock.advance(10 * MINUTE)
  const metadata = { annotations: { [ANNOTATION.approvedBy]: 'ann' } }
  const key = { namespace: TENANT, name: run }

  await deliver(
    stage,
    changed(await stage.kubernetes.patch<KubernetesObject>(pipelineRuns, key, { metadata })),
  )

  expect(await denialOf(stage, run)).toMatchObject({ by: 'guard', why: expect.stringMatching(words) })
})

test('the run says by which policy it was decided', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  await writePolicy(stage, {
    'policy.yaml': 'rules: [{ name: web, match: { namespaces: shop }, then: approve, reason: Ask. }]',
  })

  const { reply, run } = await begin(stage, 'a', analysis('scale'))

  expect(reply).toMatchObject({ type: TYPE.approvalRequested, data: { why: 'Ask.' } })
  const mark = JSON.parse((await readRun(stage, run)).metadata.annotations?.[ANNOTATION.policy] ?? '{}')
  expect(mark).toEqual({
    version: expect.stringMatching(/^sha256:/),
    rule: 'web',
    verdict: 'approve',
    reason: 'Ask.',
  })
})

test('a policy that is stricter by now denies what was validated', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const event = await validated(stage, 'a', analysis('scale'))
  await writePolicy(stage, {
    'policy.yaml': 'rules: [{ name: no, then: deny, reason: The shop is closed. }]',
  })

  expect(await deliver(stage, event)).toMatchObject({
    type: TYPE.denied,
    data: { message: 'The shop is closed.' },
  })
  expect(await running(stage)).toEqual([])
})

test('a namespace that was protected meanwhile is not touched', async () => {
  await using stage = await startStage()
  const [first, second] = await line(stage, 2, { cooldown: '0' })
  await writePolicy(stage, { 'policy.yaml': 'settings: { protectedNamespaces: [shop] }' })

  await end(stage, first)

  expect(await denialOf(stage, second)).toMatchObject({
    by: 'guard',
    why: 'DeniedByPolicy: The namespace shop is protected: no remediation may touch it.',
  })
})

test('while there is no policy to decide by, what waits goes on waiting', async () => {
  await using stage = await startStage()
  const [first, second = ''] = await line(stage, 2, { cooldown: '0' })
  await writePolicy(stage, { 'policy.yaml': 'rules: [' })

  await end(stage, first)

  expect(await running(stage)).toEqual([])
  const { metadata } = await readRun(stage, second)
  expect(metadata.annotations?.[ANNOTATION.waitsFor]).toContain('No earlier policy is kept')
})
