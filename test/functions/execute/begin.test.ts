// A validated remediation arrives: it runs, waits or is denied, however often it arrives.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { faultOf, KubernetesError } from '../../../shared/kubernetes/errors.ts'
import { isPending, LABEL } from '../../../shared/remediation/marks.ts'
import { runOf } from '../../kit/events.ts'
import { hooked } from '../../kit/hook.ts'
import { edit, registered } from '../../kit/playbooks.ts'
import { analysis, begin, deliver, lockOn, readRun, runs, validated } from '../../kit/remediations.ts'
import { repair } from '../../kit/repair.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'

async function faultWith(stage: Stage, error: KubernetesError): Promise<unknown> {
  const event = await validated(stage, 'a', analysis('scale'))
  const kubernetes = hooked(stage.kubernetes, (verb, { kind }) => {
    if (verb === 'create' && kind === 'PipelineRun') throw error
  })
  const thrown: unknown = await deliver(stage, event, stage.replica({ kubernetes })).catch(each => each)
  return thrown instanceof KubernetesError ? faultOf(thrown) : thrown
}

test('on a free target it starts: the lock first, then the run, pinned and with its parameters', async () => {
  await using stage = await startStage()
  const playbook = await registered(stage, 'scale', { timeout: '10m', serviceAccountName: 'fixer' })
  const event = await validated(stage, 'a', analysis('scale'))
  const order: string[] = []
  const kubernetes = hooked(stage.kubernetes, (verb, { kind }) => void order.push(`${verb} ${kind}`))

  const reply = await deliver(stage, event, stage.replica({ kubernetes }))

  const name = runOf({ source: '/analysis-service', id: 'a' })
  expect(reply).toMatchObject({ type: TYPE.started, subject: name, causationid: event.id })
  expect(order.indexOf('create Lease')).toBeLessThan(order.indexOf('create PipelineRun'))
  const { spec, metadata } = await readRun(stage, name)
  expect(spec.params).toEqual([{ name: 'REPLICAS', value: '3' }])
  const bundle = {
    name: 'bundle',
    value: `${playbook.spec.bundle?.split(':v1')[0]}@${playbook.status?.digest}`,
  }
  expect(spec.pipelineRef?.params).toContainEqual(bundle)
  expect(spec).toMatchObject({ taskRunTemplate: { serviceAccountName: 'fixer' } })
  expect((await lockOn(stage)).holder).toMatchObject({ namespace: TENANT, name, uid: metadata.uid })
})

test('on a busy target it is queued behind the run that has it', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const first = await begin(stage, 'a', analysis('scale'))

  const { reply, run } = await begin(stage, 'b', analysis('scale'))

  expect(reply?.type).toBe(TYPE.queued)
  expect(reply?.data).toMatchObject({ why: expect.stringContaining(first.run) })
  expect(isPending(await readRun(stage, run))).toBe(true)
  expect((await lockOn(stage)).holder?.name).toBe(first.run)
})

test('two playbooks on one target under two names are one line', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  await registered(stage, 'restart')
  await begin(stage, 'a', analysis('scale'))
  const target = { kind: 'deployments.apps', name: 'web', namespace: 'shop' }
  const other = analysis('restart', 'web', { root_cause_analysis: { remediation_target: target } })

  expect((await begin(stage, 'b', other)).reply?.type).toBe(TYPE.queued)
})

test.each([
  ['the playbook', { approval: 'manual' as const }, {}],
  ['the analysis', {}, { approval_required: true }],
])('an approval that %s asks for leaves the run pending and the target free', async (_, spec, more) => {
  await using stage = await startStage()
  await registered(stage, 'scale', spec)

  const { reply, run } = await begin(stage, 'a', analysis('scale', 'web', more))

  expect(reply?.type).toBe(TYPE.approvalRequested)
  const { metadata } = await readRun(stage, run)
  expect(metadata.labels?.[LABEL.waiting]).toBe('approval')
  expect((await lockOn(stage)).holder).toBeUndefined()
})

test('what is decided otherwise by now is denied, with why', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const event = await validated(stage, 'a', analysis('scale'))
  await edit(stage, 'scale', { suspended: true })

  const reply = await deliver(stage, event)

  expect(reply).toMatchObject({ type: TYPE.denied, data: { reason: 'DecisionChanged' } })
  expect(reply?.data).toMatchObject({ message: expect.stringContaining('suspended') })
  expect(await runs(stage)).toEqual([])
})

test('a namespace that is gone is hopeless, and the target is free again later', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')

  const gone = new KubernetesError(404, 'NotFound', `namespaces "${TENANT}" not found`)
  expect(await faultWith(stage, gone)).toMatchObject({ kind: 'impossible' })
  stage.clock.advance(120_000)
  await repair(stage)

  const { holder, restsUntil } = await lockOn(stage)
  expect({ holder, restsUntil }).toEqual({ holder: undefined, restsUntil: 0 })
})

test('an exceeded quota may pass, a missing right does not', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const quota = new KubernetesError(403, 'Forbidden', 'pipelineruns is forbidden: exceeded quota: count')
  const right = new KubernetesError(403, 'Forbidden', 'User "x" cannot create resource "pipelineruns"')

  expect(await faultWith(stage, quota)).toMatchObject({ kind: 'unavailable' })
  expect(await faultWith(stage, right)).toMatchObject({ kind: 'impossible' })
  expect(await deliver(stage, await validated(stage, 'a', analysis('scale')))).toMatchObject({
    type: TYPE.started,
  })
})
