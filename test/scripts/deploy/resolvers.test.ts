// Which resolvers are deployed: those that have a service account, each under its own.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseDescriptor } from '../../../scripts/deploy/descriptor.ts'
import { enabledResolvers, expandResolvers, RESOLVER_LABEL } from '../../../scripts/deploy/resolvers.ts'
import { serviceAccounts } from '../../../shared/kubernetes/resources.ts'
import { createStage, NAMESPACE } from './stage.ts'

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
