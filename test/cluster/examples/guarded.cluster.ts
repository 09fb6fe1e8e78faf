// The examples that wait for somebody else: for an eviction, for the driver of a volume.

import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endingOf } from '../../../shared/remediation/marks.ts'
import { existingRun } from '../../journeys/looks.ts'
import { eventually } from '../../journeys/stage.ts'
import { kubectl } from '../kubectl.ts'
import { openTenant, publishExample, say, type Tenant } from './example.ts'
import { apply, awaitAvailable, awaitLook, look, podsOf, workload } from './workload.ts'

let tenant: Tenant

beforeAll(async () => {
  tenant = await openTenant('guarded')
})
afterAll(() => {
  const mine = ['-l', `examples.test=${tenant.namespace}`, '--ignore-not-found', '--wait=false']
  kubectl(['delete', 'persistentvolumes,storageclasses', ...mine])
  return tenant[Symbol.asyncDispose]()
})

/** Whether the API server evicts a pod; false where a budget forbids it. */
function evict(namespace: string, name: string): boolean {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`
  const { status, stderr } = spawnSync('kubectl', ['create', '--raw', path, '-f', '-'], {
    input: JSON.stringify(eviction),
    encoding: 'utf8',
  })
  if (status !== 0) expect(stderr).toMatch(/disruption budget/)
  return status === 0
}

const PDB = 'poddisruptionbudget my-app-pdb'
const MARK = '{.metadata.annotations.playbook\\.kubernaut\\.io/pdb-before}'

test('relax-pdb lets one pod be evicted, and the budget is as it was: at the end, when it is cancelled, and when it was left behind', async () => {
  const { target, start, finish, ended } = await publishExample(tenant, 'relax-pdb')
  const expectRestored = () => {
    expect(look(target, PDB, `{.spec.minAvailable} {.spec.maxUnavailable} ${MARK}`).trim()).toBe('2')
  }
  const selector = { matchLabels: { app: 'my-app' } }
  const metadata = { name: 'my-app-pdb', namespace: target }
  apply(workload(target, { replicas: 2 }))
  apply({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { minAvailable: 2, selector },
  })
  await awaitAvailable(target, 2)
  await awaitLook([target, PDB, '{.status.currentHealthy}'], text => text === '2')
  const [pod = ''] = podsOf(target)
  expect(evict(target, pod)).toBe(false)

  const event = await start()
  await eventually('the pod to be evicted', async () => evict(target, pod) || undefined)
  expect(await finish(event)).toMatch(/had maxUnavailable=1 instead of minAvailable=2 for a while/)
  expectRestored()
  await awaitAvailable(target, 2)
  expect(podsOf(target)).not.toContain(pod)

  const cancelled = await start()
  await awaitLook([target, PDB, MARK], text => text === 'minAvailable=2')
  const run = await existingRun(tenant, cancelled)
  await say('cancel', `${tenant.namespace}/${run.metadata.name}`)
  expect(endingOf(await ended(cancelled))).toMatchObject({ finish: 'cancelled' })
  await awaitLook([target, PDB, MARK], text => text === '')
  expectRestored()

  // What a run leaves that was killed with its node.
  const annotations = { 'playbook.kubernaut.io/pdb-before': 'minAvailable=2' }
  const left = { metadata: { annotations }, spec: { minAvailable: null, maxUnavailable: 1 } }
  kubectl(['-n', target, 'patch', ...PDB.split(' '), '--type=merge', '-p', JSON.stringify(left)])
  expect(await finish(await start())).toMatch(/is minAvailable=2 again, as it was before an earlier run/)
  expectRestored()
})

test('expand-pvc says what is pending, and is done when the driver of the class is', async () => {
  const { target, start, finish, failure } = await publishExample(tenant, 'expand-pvc')
  const labels = { 'examples.test': tenant.namespace }
  const provisioner = 'storage.example.com'
  const more = { provisioner, allowVolumeExpansion: true }
  apply({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: target, labels },
    ...more,
  })
  const [storage, accessModes] = ['1Gi', ['ReadWriteOnce']]
  const csi = { driver: provisioner, volumeHandle: target }
  const volume = { storageClassName: target, capacity: { storage }, accessModes, csi }
  apply({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: target, labels },
    spec: { ...volume, persistentVolumeReclaimPolicy: 'Retain' },
  })
  apply({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data-service-data', namespace: target },
    spec: { storageClassName: target, accessModes, resources: { requests: { storage } } },
  })
  const claim = 'persistentvolumeclaim data-service-data'
  await awaitLook([target, claim, '{.status.phase} {.status.capacity.storage}'], text => text === 'Bound 1Gi')

  const log = await failure(await start({ WAIT_SECONDS: 10 }))
  expect(log).toMatch(/asks for 2Gi instead of 1Gi/)
  expect(log).toMatch(/still has 1Gi[\s\S]*Nobody has begun to expand it/)
  expect(look(target, claim, '{.spec.resources.requests.storage} {.status.capacity.storage}')).toBe('2Gi 1Gi')

  const event = await start()
  // As external-resizer does: https://github.com/kubernetes-csi/external-resizer
  const grown = JSON.stringify({ status: { capacity: { storage: '2Gi' } } })
  const options = ['--subresource=status', '--type=merge', '-p', grown]
  kubectl(['-n', target, 'patch', ...claim.split(' '), ...options])
  expect(await finish(event)).toMatch(/^nothing, the claim asks for 2Gi already/)
})
