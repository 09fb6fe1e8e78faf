// Registries that are down or silent: the sender does not wait, and the Playbook says why.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { readyCondition } from '../../../shared/playbook/playbook.ts'
import { create, edit, push, read, registered, tell } from '../../kit/playbooks.ts'
import { startStage, TENANT } from '../../kit/stage.ts'
import { until } from '../../kit/until.ts'

const BUSY = { status: 503, retryAfter: 60 } as const

test.each([['busy', BUSY] as const, ['down', 'down'] as const])(
  'a registry that is %s leaves the Playbook Unknown, and it becomes Ready afterwards',
  async (_, fault) => {
    await using stage = await startStage()
    const bundle = await push(stage, 'playbooks/scale:v1.0.0')
    await create(stage, 'scale', { bundle })
    stage.registry.fail(fault)

    expect(await tell(stage, 'scale')).toBeUndefined()
    await stage.services.background.idle()
    const ready = readyCondition(await read(stage, 'scale'))
    expect(ready).toMatchObject({ status: 'Unknown', reason: 'RegistryUnavailable' })
    expect(ready?.message).toContain(stage.registry.host)

    stage.registry.fail('none')
    expect(await tell(stage, 'scale')).toMatchObject({ type: TYPE.playbookRegistered })
  },
)

test('a registry that is down again and again is written down once', async () => {
  await using stage = await startStage()
  await create(stage, 'scale', { bundle: `${stage.registry.host}/playbooks/scale:v1.0.0` })
  stage.registry.fail(BUSY)
  await tell(stage, 'scale')
  const { resourceVersion } = (await read(stage, 'scale')).metadata

  await tell(stage, 'scale')
  expect((await read(stage, 'scale')).metadata.resourceVersion).toBe(resourceVersion)
})

test('a registry that says nothing holds neither the sender nor other Playbooks', async () => {
  await using stage = await startStage({ patienceMs: 30 })
  await using other = await startStage()
  const bundle = await push(stage, 'playbooks/slow:v1.0.0')
  await create(stage, 'slow', { bundle })
  await create(stage, 'fast', { bundle: await push(other, 'playbooks/fast:v1.0.0') })
  stage.registry.fail('stall')

  expect(await tell(stage, 'slow')).toBeUndefined()
  await tell(stage, 'fast')
  await until('fast to be Ready', async () => readyCondition(await read(stage, 'fast'))?.status === 'True')
  expect(readyCondition(await read(stage, 'slow'))).toBeUndefined()

  stage.registry.fail('none')
  await stage.services.background.idle()
  expect(readyCondition(await read(stage, 'slow'))?.status).toBe('True')
  const late = stage.posted.find(event => event.subject === `${TENANT}/slow`)
  expect(late?.type).toBe(TYPE.playbookRegistered)
})

test('a version registered before stays runnable while the registry is down', async () => {
  await using stage = await startStage()
  const before = await registered(stage, 'scale')
  stage.registry.fail(BUSY)

  await edit(stage, 'scale', { bundle: `${stage.registry.host}/playbooks/scale:v2.0.0` })
  await tell(stage, 'scale')

  const { status } = await read(stage, 'scale')
  expect(status).toMatchObject({ digest: before.status?.digest, history: before.status?.history ?? [] })
  expect(status?.conditions).toMatchObject([{ status: 'Unknown', observedGeneration: 2 }])
})
