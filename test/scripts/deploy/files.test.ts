// The func.yaml files of the repository, held against the functions and the triggers.

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { allFunctions } from '../../../functions/all.ts'
import { readKustomization } from '../../../local/world/manifests.ts'
import { readDescriptors, render, type Surroundings, secretsOf } from '../../../scripts/deploy/descriptor.ts'
import { expandResolvers, RESOLVER_LABEL } from '../../../scripts/deploy/resolvers.ts'
import { readConfig } from '../../../shared/runtime/config.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const AROUND: Surroundings = {
  values: { K_SINK: 'http://broker.example/', POD_NAMESPACE: 'system' },
  secrets: {},
  image: 'r.example.com/f@sha256:1',
  deployer: 'knative',
}
const names = allFunctions.map(({ name }) => name)
const resolution = await readKustomization(join(ROOT, 'triggers', 'resolution'))
/** As `kubectl apply -k triggers/resolution` enables them. */
const enabled = resolution.flatMap(({ kind, metadata: { name, labels } }) => {
  const type = labels?.[RESOLVER_LABEL]
  return kind === 'ServiceAccount' && type !== undefined ? [{ type, account: name }] : []
})
const templates = await readDescriptors(ROOT, false)
const separate = expandResolvers(templates, enabled)
const isResolver = (name: string): boolean => name.startsWith('resolve-')
const whole = await readDescriptors(ROOT, true)

test('every function has a func.yaml, and every func.yaml a function', () => {
  expect(templates.map(({ name }) => name)).toEqual(names.toSorted())
  expect(whole.map(({ name }) => name)).toEqual(['playbook-functions'])
})

describe.each([...separate, ...whole])('the func.yaml of $name', descriptor => {
  const rendered = parse(render(descriptor, AROUND).text)
  const env = Object.fromEntries(
    rendered.run.envs.map((each: { name: string; value: string }) => [each.name, each.value]),
  )

  test('starts a process that serves what its name says, and finds the Broker', () => {
    const config = readConfig(env, names)
    const [name = ''] = isResolver(descriptor.name) ? ['resolve'] : [descriptor.name]
    expect(config.functions).toEqual(name === 'playbook-functions' ? [] : [name])
    // A resolver has nothing to post.
    const sink = name === 'resolve' ? undefined : 'http://broker.example/'
    expect(config).toMatchObject({ namespace: 'system', sink })
    expect(config.resolution.types).toEqual(
      name === 'resolve' ? [descriptor.name.replace('resolve-', '')] : [],
    )
  })

  test('holds no secret, is reachable in the cluster only, scales to zero, and has a bound on memory', () => {
    expect(secretsOf(descriptor).filter(name => name !== 'notifications')).toEqual([])
    const visibility = { key: 'networking.knative.dev/visibility', value: 'cluster-local' }
    expect(rendered.deploy.labels).toContainEqual(visibility)
    // A resolver's watch must go on.
    expect(rendered.deploy.options.scale.min).toBe(isResolver(descriptor.name) ? 1 : 0)
    expect(rendered.deploy.options.resources).toMatchObject({
      requests: { cpu: expect.any(String), memory: expect.any(String) },
      limits: { memory: expect.any(String) },
    })
  })

  test('says what func demands, and for a builder nothing that is not in its schema', () => {
    expect(rendered).toMatchObject({ specVersion: '0.36.0', runtime: 'typescript', invoke: 'cloudevent' })
    expect(Number.isNaN(Date.parse(rendered.created))).toBe(false)
    const top = ['specVersion', 'name', 'runtime', 'created', 'invoke', 'build', 'run', 'deploy']
    expect(Object.keys(rendered).filter(key => !top.includes(key))).toEqual([])
  })
})

test('the accounts that they run under are those of the triggers', async () => {
  const objects = [...(await readKustomization(join(ROOT, 'triggers'))), ...resolution]
  const accounts = objects
    .filter(({ kind }) => kind === 'ServiceAccount')
    .map(({ metadata }) => metadata.name)
  for (const { deploy } of separate) expect(accounts).toContain(deploy.serviceAccountName)
})
