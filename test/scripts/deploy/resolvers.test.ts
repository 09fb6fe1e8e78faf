// Which resolvers are deployed: those that have a service account, each under its own.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseDescriptor } from '../../../scripts/deploy/descriptor.ts'
import { deployments, knativeServices } from '../../../scripts/deploy/kinds.ts'
import {
  enabledResolvers,
  expandResolvers,
  RESOLVER_LABEL,
  removeRetired,
} from '../../../scripts/deploy/resolvers.ts'
import { serviceAccounts } from '../../../shared/kubernetes/resources.ts'
import { createStage, descriptorOf, NAMESPACE } from './stage.ts'

const descriptors = [
  parseDescriptor('{ name: one, deploy: { serviceAccountName: one } }', 'one'),
  parseDescriptor(
    '{ name: resolve, run: { envs: [{ name: RESOLVERS, value: "{{ resolver }}" }, { name: A, value: b }] }, deploy: { serviceAccountName: resolve } }',
    'resolve',
  ),
]

describe('the func.yaml of resolve', () => {
  test('becomes one for each type, under its account', () => {
    const enabled = [
      { type: 'bundles', account: 'puller' },
      { type: 'git', account: 'cloner' },
    ]
    const [one, ...resolvers] = expandResolvers(descriptors, enabled)
    expect(one).toBe(descriptors[0])
    expect(resolvers).toMatchObject([
      {
        name: 'resolve-bundles',
        run: {
          envs: [
            { name: 'RESOLVERS', value: 'bundles' },
            { name: 'A', value: 'b' },
          ],
        },
        deploy: { serviceAccountName: 'puller' },
      },
      { name: 'resolve-git', deploy: { serviceAccountName: 'cloner' } },
    ])
  })

  test('becomes none where none is enabled', () => {
    expect(expandResolvers(descriptors, []).map(({ name }) => name)).toEqual(['one'])
  })
})

describe('what is enabled', () => {
  let stage: Awaited<ReturnType<typeof createStage>>
  beforeAll(async () => {
    stage = await createStage()
  })
  afterAll(() => stage.close())

  test('is what has a labelled service account in the namespace', async () => {
    expect(await enabledResolvers(stage.kubernetes, NAMESPACE)).toEqual([])
    for (const type of ['git', 'bundles']) {
      const metadata = { namespace: NAMESPACE, name: `resolve-${type}`, labels: { [RESOLVER_LABEL]: type } }
      await stage.add(serviceAccounts, { metadata })
    }
    expect(await enabledResolvers(stage.kubernetes, NAMESPACE)).toEqual([
      { type: 'bundles', account: 'resolve-bundles' },
      { type: 'git', account: 'resolve-git' },
    ])
  })
})

describe('what is enabled no longer', () => {
  test.each(['knative', 'raw'] as const)('goes, and nothing else does: %s', async deployer => {
    const stage = await createStage()
    const kind = deployer === 'raw' ? deployments : knativeServices
    const names = ['resolve-git', 'resolve-http', 'resolve-others']
    for (const name of names) await stage.add(serviceAccounts, { metadata: { namespace: NAMESPACE, name } })
    await stage.deploy({ deployer, descriptors: ['one', 'two', ...names].map(name => descriptorOf(name)) })
    const said: string[] = []
    await removeRetired(stage.place, [{ type: 'http' }], line => said.push(line))
    expect(said).toEqual(['resolve-git: removed, for no service account enables it'])
    const { items } = await stage.kubernetes.list(kind, { namespace: NAMESPACE })
    expect(items.map(({ metadata }) => metadata.name).sort()).toEqual([
      'one',
      'resolve-http',
      'resolve-others',
      'two',
    ])
    await stage.close()
  })

  test('is nothing on a cluster without Knative Serving', async () => {
    const stage = await createStage({ serving: false })
    await removeRetired(stage.place, [], () => expect.unreachable())
    await stage.close()
  })
})
