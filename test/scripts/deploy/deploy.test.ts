// A deployment from beginning to end, against a local API server and a func that writes down what it is asked for.

import { existsSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { deleteAll } from '../../../scripts/deploy/deploy.ts'
import { FINGERPRINT } from '../../../scripts/deploy/descriptor.ts'
import {
  type Conditioned,
  deployments,
  knativeServices,
  services,
  triggers,
} from '../../../scripts/deploy/kinds.ts'
import { secrets } from '../../../shared/kubernetes/resources.ts'
import { createStage, descriptorOf, IMAGE, NAMES, NAMESPACE } from './stage.ts'

const opened: { close: () => Promise<void> }[] = []

async function open(options: Parameters<typeof createStage>[0] = {}) {
  const stage = await createStage(options)
  opened.push(stage)
  return stage
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map(stage => stage.close()))
})

const TABLE = `
FUNCTION  URL                                  READY
one       http://one.system.svc.cluster.local  yes
two       http://two.system.svc.cluster.local  yes`

const key = (name: string) => ({ namespace: NAMESPACE, name })

test('each function is deployed through func, the Triggers look again, and a table says what there is', async () => {
  const stage = await open()
  const said = await stage.deploy()
  const { calls } = stage
  expect(calls.map(({ text }) => parse(text).name).toSorted()).toEqual([...NAMES])
  for (const { folder, text, ...given } of calls) {
    expect(given).toEqual({ image: IMAGE, namespace: NAMESPACE, deployer: 'knative' })
    expect(folder.split('/').at(-1)).toBe(parse(text).name)
    expect(existsSync(folder)).toBe(false)
    expect(parse(text).run.envs).toEqual([{ name: 'K_SINK', value: 'http://broker.example/' }])
  }
  expect(said).toContain('one: without KEY, which no Secret in system has')
  expect(said).toMatch(/^one: deployed \(\d+\.\d s\)$/m)
  expect(said).toContain(`2 Triggers are Ready\n${TABLE}`)
  const trigger = await stage.kubernetes.get<Conditioned>(triggers, key('one'))
  expect(trigger?.metadata.annotations).toEqual({
    'playbook.kubernaut.io/nudged': '2026-11-21T12:00:00.000Z',
  })
})

describe('a second time', () => {
  test('nothing changes, and nothing is written', async () => {
    const stage = await open()
    await stage.deploy()
    const [calls, writes] = [stage.calls.length, stage.writes.length]
    expect(await stage.deploy()).toContain('one: unchanged\ntwo: unchanged\n2 Triggers are Ready')
    expect(stage.calls).toHaveLength(calls)
    expect(stage.writes.slice(writes)).toEqual([])
  })

  test('another func.yaml, image or Secret is deployed, and only where it is meant', async () => {
    const stage = await open()
    await stage.deploy()
    const descriptors = [descriptorOf('one', ', annotations: { a: b }'), descriptorOf('two')]
    expect(await stage.deploy({ descriptors })).toMatch(/^two: unchanged\none: updated/m)
    await stage.add(secrets, { metadata: key('keys'), data: { KEY: 'eA==' } })
    const image = IMAGE.replace(/a/g, 'b')
    await stage.kubernetes.remove(triggers, key('two'))
    expect(await stage.deploy({ descriptors: [descriptorOf('one')], image })).toMatch(/^one: updated/m)
    const last = stage.calls.at(-1)
    expect(last?.image).toBe(image)
    expect(parse(last?.text ?? '').run.envs).toContainEqual({ name: 'KEY', value: '{{ secret:keys:KEY }}' })
  })

  test('what is not Ready is deployed again', async () => {
    const stage = await open()
    await stage.deploy()
    const status = { conditions: [{ type: 'Ready', status: 'False' }] }
    await stage.kubernetes.patch(knativeServices, key('two'), { status }, { subresource: 'status' })
    const said = await stage.deploy()
    expect(said).toContain('one: unchanged')
    expect(said).toMatch(/^two: updated/m)
  })
})

test('the other deployer first takes away what the one before it made', async () => {
  const stage = await open()
  await stage.deploy()
  expect(await stage.deploy({ deployer: 'raw' })).toMatch(
    /one: removed what the knative deployer made\n(.*\n)*one: deployed/,
  )
  expect(await stage.kubernetes.get(knativeServices, key('one'))).toBeUndefined()
  const made = await stage.kubernetes.get<Conditioned>(deployments, key('one'))
  expect(made?.metadata.annotations?.[FINGERPRINT]).toMatch(/^[0-9a-f]{64}$/)
  expect(await stage.deploy({ deployer: 'raw' })).toContain('one: unchanged')
})

test('deleting removes what either deployer made, and says so; again there is nothing', async () => {
  const stage = await open()
  await stage.deploy({ descriptors: [descriptorOf('one'), descriptorOf('two')], deployer: 'raw' })
  const said: string[] = []
  const all = {
    place: stage.place,
    descriptors: NAMES.map(name => descriptorOf(name)),
    say: (line: string) => said.push(line),
  }
  await deleteAll(all)
  await deleteAll(all)
  expect(said.toSorted()).toEqual([
    'one: removed',
    'one: was not deployed',
    'two: removed',
    'two: was not deployed',
  ])
  expect(await stage.kubernetes.get(services, key('one'))).toBeUndefined()
})
