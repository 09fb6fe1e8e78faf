// How the object that a target names is found and read.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { KubernetesError } from '../../../shared/kubernetes/errors.ts'
import type { Target } from '../../../shared/remediation/target.ts'
import { lookAt } from '../../../shared/targets/look.ts'
import { hooked } from '../../kit/hook.ts'
import { registered } from '../../kit/playbooks.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
  await stage.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'a' }] } }
  const spec = { selector: { matchLabels: labels }, template }
  await stage.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec,
  } as never)
  await stage.apply({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1' } })
  await stage.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'web', namespace: 'shop' } })
  await registered(stage, 'scale')
})
afterAll(() => stage[Symbol.asyncDispose]())

const web = { name: 'web', namespace: 'shop' }

test.each<[Target, string]>([
  [{ kind: 'Deployment', ...web }, 'found'],
  [{ kind: 'deployments.apps', ...web }, 'found'],
  [{ kind: 'deploy', ...web, name: ' web ' }, 'found'],
  [{ apiVersion: 'apps/v1', kind: 'Deployment', ...web }, 'found'],
  [{ apiVersion: 'apps/v1beta1', kind: 'Deployment', ...web }, 'found'],
  [{ kind: 'Deployment', ...web, name: 'other' }, 'gone'],
  [{ kind: 'Deployment', ...web, namespace: 'nowhere' }, 'gone'],
  [{ kind: 'Deployment', ...web, name: '../web' }, 'gone'],
  [{ kind: 'Deployment', ...web, namespace: 'n'.repeat(254) }, 'gone'],
  [{ kind: 'Deployment', ...web, namespace: '../shop' }, 'gone'],
  [{ kind: 'K'.repeat(254), ...web }, 'gone'],
  [{ kind: 'Deployment', name: 'web' }, 'unreadable'],
  [{ kind: 'Node', name: 'worker-1' }, 'found'],
  [{ kind: 'Node', name: 'worker-1', namespace: 'shop' }, 'found'],
  [{ kind: 'Node', name: 'worker-2' }, 'gone'],
  [{ kind: 'Secret', ...web }, 'unreadable'],
  [{ apiVersion: 'v1', kind: 'secrets', ...web }, 'unreadable'],
  [{ kind: 'Rollout', ...web }, 'unreadable'],
  [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', ...web }, 'unreadable'],
  [{ apiVersion: '../v1', kind: 'Rollout', ...web }, 'unreadable'],
  [
    { apiVersion: 'playbook.kubernaut.io/v1alpha1', kind: 'Playbook', name: 'scale', namespace: TENANT },
    'found',
  ],
  [
    { apiVersion: 'playbook.kubernaut.io/v1alpha1', kind: 'Playbook', name: 'gone', namespace: TENANT },
    'gone',
  ],
])('%j is %s', async (target, kind) => {
  expect((await lookAt(stage.kubernetes, target)).kind).toBe(kind)
})

test('what may not be read says which right is missing', async () => {
  const kubernetes = hooked(stage.kubernetes, () => {
    throw new KubernetesError(403, 'Forbidden', 'no')
  })
  expect(await lookAt(kubernetes, { kind: 'Deployment', ...web })).toEqual({
    kind: 'unreadable',
    why: 'Deployment shop/web may not be read (/apis/apps/v1/namespaces/shop/deployments/web): bind a ClusterRole with the label playbook.kubernaut.io/read-targets.',
  })
})

test('an API server that is down says nothing of the target', async () => {
  const kubernetes = hooked(stage.kubernetes, () => {
    throw new KubernetesError(500, 'InternalError', 'no')
  })
  await expect(lookAt(kubernetes, { kind: 'Deployment', ...web })).rejects.toMatchObject({ status: 500 })
})
