// Versions that disagree, tags that move, and bundles that come late.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { type Playbook, readyCondition } from '../../../shared/playbook/playbook.ts'
import { create, edit, pipelineText, push, read, registered, SCHEMA, tell } from '../../kit/playbooks.ts'
import { type Stage, startStage } from '../../kit/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

async function expectRejected(name: string, reason: string, words: RegExp): Promise<Playbook> {
  expect(await tell(stage, name)).toMatchObject({ type: TYPE.playbookRejected, data: { reason } })
  const playbook = await read(stage, name)
  expect(readyCondition(playbook)).toMatchObject({ status: 'False', reason })
  expect(readyCondition(playbook)?.message).toMatch(words)
  return playbook
}

test('versions that differ are refused, and both are named', async () => {
  const bundle = await push(stage, 'playbooks/differ:v1.0.0')
  await create(stage, 'differ', { bundle, version: '2.0.0' })
  await expectRejected('differ', 'NoVersion', /2\.0\.0.*1\.0\.0/)
})

test('a tag without a version is refused where nothing else names one', async () => {
  const bundle = await push(stage, 'playbooks/latest:latest')
  await create(stage, 'latest', { bundle })
  await expectRejected('latest', 'NoVersion', /Tag the bundle v1.2.3/)
})

test('a schema in the bundle and another in the Playbook are one too many', async () => {
  const bundle = await push(stage, 'playbooks/twice:v1.0.0')
  await create(stage, 'twice', { bundle, parameters: SCHEMA })
  await expectRejected('twice', 'ParametersTwice', /left out/)
})

test('a tag that moved under its version is refused, and what was registered still runs', async () => {
  const before = await registered(stage, 'moved')
  const path = (before.spec.bundle ?? '').slice(stage.registry.host.length + 1)
  await push(stage, path, { pack: { documents: [pipelineText({ description: 'changed' })] } })
  await edit(stage, 'moved', { suspended: false })

  const { status } = await expectRejected('moved', 'VersionMoved', /new version/)
  expect(status?.digest).toBe(before.status?.digest)
  expect(status?.history).toEqual(before.status?.history)
})

test('the same refusal has the same id, so that it is told once', async () => {
  await create(stage, 'again', { bundle: `${stage.registry.host}/playbooks/again:v1.0.0` })
  const ids = [await tell(stage, 'again'), await tell(stage, 'again')].map(event => event?.id)
  expect(ids[0]).toMatch(/^[0-9a-f]{40}$/)
  expect(ids[1]).toBe(ids[0])
})

test('a bundle that comes later is registered by the same event', async () => {
  await create(stage, 'late', { bundle: `${stage.registry.host}/playbooks/late:v1.0.0` })
  await expectRejected('late', 'BundleNotFound', /./)
  await push(stage, 'playbooks/late:v1.0.0')

  expect(await tell(stage, 'late')).toMatchObject({ type: TYPE.playbookRegistered })
  expect(readyCondition(await read(stage, 'late'))?.status).toBe('True')
})
