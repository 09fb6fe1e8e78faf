// A Playbook comes, changes and goes: what register writes, and that it writes nothing twice.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { KubernetesError } from '../../../shared/kubernetes/errors.ts'
import { playbooks } from '../../../shared/kubernetes/resources.ts'
import { aliasLabel } from '../../../shared/playbook/aliases.ts'
import { readyCondition } from '../../../shared/playbook/playbook.ts'
import { hooked, interrupted } from '../../kit/hook.ts'
import { create, edit, pipelineText, push, read, registered, tell } from '../../kit/playbooks.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'

const writes = (stage: Stage): number => stage.requests.filter(({ method }) => method !== 'GET').length

test('a good Playbook becomes Ready, pinned to its digest, found by its aliases, and told', async () => {
  await using stage = await startStage()
  const bundle = await push(stage, 'playbooks/scale:v1.0.0')
  await create(stage, 'scale', { bundle, aliases: ['4f1d0a52'] })

  const event = await tell(stage, 'scale')

  const { status, metadata } = await read(stage, 'scale')
  expect(status).toMatchObject({ version: '1.0.0', pipeline: 'scale', schemaCarrier: 'annotation' })
  expect(status).toMatchObject({
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    observedGeneration: 1,
  })
  expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True', reason: 'Registered' }])
  expect(status?.history).toMatchObject([{ version: '1.0.0', digest: status?.digest }])
  for (const name of ['scale', '4f1d0a52', `${stage.registry.host}/playbooks/scale`])
    expect(metadata.labels).toHaveProperty([aliasLabel(name)], 'true')
  expect(event).toMatchObject({ type: TYPE.playbookRegistered, subject: `${TENANT}/scale` })
})

test('a second version stands beside the first, and both may run', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const more = [pipelineText({ description: 'another one' })]
  const bundle = await push(stage, 'playbooks/scale:v1.1.0', { pack: { documents: more } })

  await edit(stage, 'scale', { bundle })
  await tell(stage, 'scale')

  const { status } = await read(stage, 'scale')
  expect(status?.version).toBe('1.1.0')
  expect(status?.history?.map(each => each.version)).toEqual(['1.1.0', '1.0.0'])
  expect(new Set(status?.history?.map(each => each.digest)).size).toBe(2)
})

test('an alias that was taken away no longer finds the Playbook', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', { aliases: ['old'] })

  await edit(stage, 'scale', { aliases: ['new'] })
  await tell(stage, 'scale')

  const { labels } = (await read(stage, 'scale')).metadata
  expect(labels).toHaveProperty([aliasLabel('new')])
  expect(labels).not.toHaveProperty([aliasLabel('old')])
})

test('its own write wakes it, and it writes and says nothing', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const before = writes(stage)

  expect(await tell(stage, 'scale')).toBeUndefined()
  expect(writes(stage)).toBe(before)
})

test('edited while its bundle is read, it is judged as it is now', async () => {
  await using stage = await startStage()
  const bundle = await push(stage, 'playbooks/scale:v1.0.0')
  const next = await push(stage, 'playbooks/scale:v2.0.0')
  await create(stage, 'scale', { bundle })
  const fetch: typeof globalThis.fetch = async (url, init) => {
    if (String(url).includes('manifests/v1.0.0')) await edit(stage, 'scale', { bundle: next })
    return globalThis.fetch(url, init)
  }

  await tell(stage, 'scale', stage.replica({ fetch }))

  const { status, metadata } = await read(stage, 'scale')
  expect(status).toMatchObject({ version: '2.0.0', observedGeneration: metadata.generation })
})

test.each([
  ['before its bundle was read', 'get'],
  ['before its labels are written', 'patch'],
  ['before its status is written', 'replace'],
])('deleted %s, nothing is said and nothing breaks', async (_, verb) => {
  await using stage = await startStage()
  const bundle = await push(stage, 'playbooks/scale:v1.0.0')
  await create(stage, 'scale', { bundle })
  const remove = () => stage.kubernetes.remove(playbooks, { namespace: TENANT, name: 'scale' })
  const kubernetes = interrupted(stage.kubernetes, [verb, 'Playbook'], remove)

  expect(await tell(stage, 'scale', stage.replica({ kubernetes }))).toBeUndefined()
})

test('somebody else writes first, and the status is written after all', async () => {
  await using stage = await startStage()
  const bundle = await push(stage, 'playbooks/scale:v1.0.0')
  await create(stage, 'scale', { bundle })
  const label = { metadata: { labels: { team: 'a' } } }
  const write = () => stage.kubernetes.patch(playbooks, { namespace: TENANT, name: 'scale' }, label)
  const kubernetes = interrupted(stage.kubernetes, ['replace', 'Playbook'], write)

  const event = await tell(stage, 'scale', stage.replica({ kubernetes }))

  expect(event?.type).toBe(TYPE.playbookRegistered)
  expect(readyCondition(await read(stage, 'scale'))?.status).toBe('True')
})

test('the same event at once, ten times, registers once', async () => {
  await using stage = await startStage()
  const bundle = await push(stage, 'playbooks/scale:v1.0.0')
  await create(stage, 'scale', { bundle })
  const before = writes(stage)

  const answers = await Promise.all(Array.from({ length: 10 }, () => tell(stage, 'scale')))

  expect(answers.filter(event => event !== undefined)).toHaveLength(1)
  expect(writes(stage) - before).toBe(2)
})

test('two replicas at once come to one status', async () => {
  await using stage = await startStage()
  const bundle = await push(stage, 'playbooks/scale:v1.0.0')
  await create(stage, 'scale', { bundle })

  const answers = await Promise.all([stage.replica(), stage.replica()].map(one => tell(stage, 'scale', one)))

  const { status } = await read(stage, 'scale')
  expect(status?.history).toHaveLength(1)
  const ids = answers.filter(event => event !== undefined).map(event => event.id)
  expect(new Set(ids).size).toBe(1)
})

test('an API server that refuses is not an answer about the Playbook', async () => {
  await using stage = await startStage()
  const bundle = await push(stage, 'playbooks/scale:v1.0.0')
  await create(stage, 'scale', { bundle })
  const kubernetes = hooked(stage.kubernetes, verb => {
    if (verb === 'patch') throw new KubernetesError(403, 'Forbidden', 'no')
  })

  await expect(tell(stage, 'scale', stage.replica({ kubernetes }))).rejects.toThrow('no')
})
