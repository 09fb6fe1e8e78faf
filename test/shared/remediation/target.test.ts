// One object, one lock, whatever an analysis calls it.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  describeTarget,
  namespaceOfKey,
  normaliseKind,
  targetHash,
  targetKey,
} from '../../../shared/remediation/target.ts'

/** Kind, plural and kubectl's short name, as `kubectl api-resources` lists them. */
const KINDS = [
  ['ConfigMap', 'configmaps', 'cm'],
  ['CronJob', 'cronjobs', 'cj'],
  ['DaemonSet', 'daemonsets', 'ds'],
  ['Deployment', 'deployments', 'deploy'],
  ['Elasticsearch', 'elasticsearches', 'elasticsearch'],
  ['Endpoints', 'endpoints', 'ep'],
  ['EndpointSlice', 'endpointslices', 'endpointslice'],
  ['Gateway', 'gateways', 'gateway'],
  ['GatewayClass', 'gatewayclasses', 'gatewayclass'],
  ['HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'hpa'],
  ['Ingress', 'ingresses', 'ing'],
  ['IngressClass', 'ingressclasses', 'ingressclass'],
  ['Lease', 'leases', 'lease'],
  ['Namespace', 'namespaces', 'ns'],
  ['NetworkPolicy', 'networkpolicies', 'netpol'],
  ['Node', 'nodes', 'no'],
  ['PersistentVolume', 'persistentvolumes', 'pv'],
  ['PersistentVolumeClaim', 'persistentvolumeclaims', 'pvc'],
  ['PodDisruptionBudget', 'poddisruptionbudgets', 'pdb'],
  ['Prometheus', 'prometheuses', 'prometheus'],
  ['ResourceQuota', 'resourcequotas', 'quota'],
  ['RuntimeClass', 'runtimeclasses', 'runtimeclass'],
  ['Service', 'services', 'svc'],
  ['ServiceMesh', 'servicemeshes', 'servicemesh'],
  ['StatefulSet', 'statefulsets', 'sts'],
  ['StorageClass', 'storageclasses', 'sc'],
] as const

const anyCase = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toUpperCase(),
  (text: string) => text.toLowerCase(),
)
const around = fc.constantFrom(
  (kind: string) => kind,
  (kind: string) => ` ${kind} `,
  (kind: string) => `${kind}.apps`,
  (kind: string) => `${kind}.v1.apps`,
  (kind: string) => `v1/${kind}`,
  (kind: string) => `apps/v1beta1/${kind}`,
  (kind: string) => `apps/${kind}`,
  (kind: string) => `${kind}.networking.k8s.io/v1`,
  (kind: string) => `apps/v1 ${kind}`,
  (kind: string) => `v1, Kind=${kind}`,
  (kind: string) => `${kind} (apps/v1)`,
  (kind: string) => `kind: ${kind}`,
  (kind: string) => `apps/v1:${kind}`,
)

test.each(KINDS)('%s, %s and %s are one kind, in every spelling', (kind, plural, short) => {
  const word = fc.constantFrom(kind, plural, short)
  fc.assert(
    fc.property(word, anyCase, around, (each, changeCase, wrap) => {
      expect(normaliseKind(wrap(changeCase(each)))).toBe(kind.toLowerCase())
    }),
    { numRuns: 60 },
  )
})

test('no two of them are one kind', () => {
  expect(new Set(KINDS.map(([kind]) => normaliseKind(kind))).size).toBe(KINDS.length)
})

test.each([
  ['persistent volume claim', 'persistentvolumeclaim'],
  ['Stateful Sets', 'statefulset'],
  ['stateful-set', 'statefulset'],
  ['STATEFUL_SET', 'statefulset'],
  ['kind', 'kind'],
  ['rollouts.argoproj.io', 'rollout'],
])('%s is the kind %s', (text, kind) => {
  expect(normaliseKind(text)).toBe(kind)
})

/** Kinds of custom resources, in the plural that controller-gen gives them. */
test.each([
  ['Canary', 'canaries'],
  ['Cache', 'caches'],
  ['Movie', 'movies'],
  ['Niche', 'niches'],
  ['Proxy', 'proxies'],
  ['Rollout', 'rollouts'],
  ['Schema', 'schemas'],
  ['Status', 'statuses'],
  ['Atlas', 'atlases'],
  ['Database', 'databases'],
  ['ServiceMeshBus', 'servicemeshbuses'],
  ['Box', 'boxes'],
  ['Quiz', 'quizes'],
])('%s and %s of a group that nobody knows are one lock', (kind, plural) => {
  const hash = (word: string) => targetHash({ kind: word, name: 'a', namespace: 'b' })
  const spellings = [kind, kind.toLowerCase(), plural, `${plural}.example.com`, `example.com/v1 ${kind}`]
  expect(new Set(spellings.map(hash)).size).toBe(1)
})

test('no two kinds of the table are one lock', () => {
  const hashes = KINDS.map(([kind]) => targetHash({ kind, name: 'a' }))
  expect(new Set(hashes).size).toBe(KINDS.length)
})

test('words that every JavaScript object knows are kinds like others', () => {
  expect(['constructor', 'toString', '__proto__'].map(normaliseKind)).toEqual([
    'constructor',
    'tostring',
    '__proto__',
  ])
})

describe('the key of a target', () => {
  test.each([
    ['a namespaced object', { kind: 'Deployment', name: 'api', namespace: 'shop' }, 'shop/deployment/api'],
    ['another spelling of it', { kind: 'deploy', name: ' API ', namespace: ' Shop' }, 'shop/deployment/api'],
    [
      'whatever API version is given',
      { apiVersion: 'apps/v1', kind: 'Pod', name: 'a', namespace: 'b' },
      'b/pod/a',
    ],
    ['a cluster-scoped object', { kind: 'Node', name: 'worker-1' }, 'node/worker-1'],
    ['an empty namespace', { kind: 'Node', name: 'worker-1', namespace: '' }, 'node/worker-1'],
    [
      'a namespace that a Node cannot have',
      { kind: 'nodes', name: 'worker-1', namespace: 'default' },
      'node/worker-1',
    ],
    [
      'a namespace that a widespread custom kind cannot have',
      { kind: 'ClusterIssuer', name: 'acme', namespace: 'default' },
      'clusterissuer/acme',
    ],
    ['a Namespace in itself', { kind: 'Namespace', name: 'shop', namespace: 'shop' }, 'namespace/shop'],
  ])('%s', (_, target, key) => {
    expect(targetKey(target)).toBe(key)
  })

  test('its hash fits a label and a Lease name, and is as different as the key', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,250}$/)
    const target = fc.record({ kind: fc.constantFrom('Pod', 'Node'), name, namespace: name })
    fc.assert(
      fc.property(target, target, (one, other) => {
        expect(targetHash(one)).toMatch(/^[0-9a-f]{40}$/)
        expect(targetHash(one) === targetHash(other)).toBe(targetKey(one) === targetKey(other))
      }),
    )
  })
})

test.each([
  ['shop/deployment/api', 'shop'],
  ['node/worker-1', undefined],
])('the namespace of %s is %s', (key, namespace) => {
  expect(namespaceOfKey(key)).toBe(namespace)
})

test('for people it stays as it was written', () => {
  expect(describeTarget({ kind: 'Deployment', name: 'my-app', namespace: 'production' })).toBe(
    'Deployment production/my-app',
  )
  expect(describeTarget({ kind: 'Node', name: 'worker-1', namespace: '' })).toBe('Node worker-1')
})
