// The table's calls about built-in kinds.

import type { KubernetesCall } from './kubernetes.perform.ts'
import { MERGE } from './kubernetes.widget.ts'

const CORE = '/api/v1/namespaces/{namespace}'
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases'
const NOW = '2026-01-02T03:04:05.678901Z'
const lease = (spec: object, metadata: object = {}) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'lock', ...metadata },
  spec,
})

export const coreCalls: readonly KubernetesCall[] = [
  {
    name: 'a namespace is active and carries its name as a label',
    method: 'GET',
    path: CORE,
    status: 200,
    expect: {
      kind: 'Namespace',
      metadata: { labels: { 'kubernetes.io/metadata.name': '{namespace}' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    },
  },
  {
    name: 'stringData becomes base64 data, and the type is Opaque',
    method: 'POST',
    path: `${CORE}/secrets`,
    body: { metadata: { name: 'key' }, stringData: { a: 'b' } },
    status: 201,
    expect: { kind: 'Secret', apiVersion: 'v1', data: { a: 'Yg==' }, type: 'Opaque' },
    absent: ['stringData', 'metadata.generation'],
  },
  {
    name: 'an unknown field of a built-in kind is dropped',
    method: 'POST',
    path: `${CORE}/configmaps`,
    body: { metadata: { name: 'settings', unknown: 1 }, data: { a: '1' }, unknown: true },
    status: 201,
    expect: { data: { a: '1' } },
    absent: ['unknown', 'metadata.unknown'],
  },
  {
    name: 'a built-in kind may be overwritten without a resourceVersion',
    method: 'PUT',
    path: `${CORE}/configmaps/settings`,
    body: { metadata: { name: 'settings' }, data: { a: '2' } },
    status: 200,
    expect: { data: { a: '2' } },
  },
  {
    name: 'a number is no value of a ConfigMap',
    method: 'POST',
    path: `${CORE}/configmaps`,
    body: { metadata: { name: 'wrong' }, data: { a: 1 } },
    status: 400,
    expect: {
      kind: 'Status',
      reason: 'BadRequest',
      message: /cannot be handled as a ConfigMap: json: cannot unmarshal/,
    },
  },
  {
    name: 'items of a built-in list do not say what they are',
    method: 'GET',
    path: `${CORE}/configmaps?fieldSelector=metadata.name%3Dsettings`,
    status: 200,
    expect: { kind: 'ConfigMapList', apiVersion: 'v1', items: [{ metadata: { name: 'settings' } }] },
    absent: ['items.0.kind', 'items.0.apiVersion'],
  },
  {
    name: 'a PUT of a Lease that is gone is refused where it names a uid',
    method: 'PUT',
    path: `${LEASES}/gone`,
    body: lease({}, { name: 'gone', uid: '00000000-0000-4000-8000-000000000000', resourceVersion: '1' }),
    status: 409,
    expect: { reason: 'Conflict' },
  },
  {
    name: 'a PUT of a Lease that is gone makes it anew where it names only a version',
    method: 'PUT',
    path: `${LEASES}/anew`,
    body: lease({}, { name: 'anew', resourceVersion: '1' }),
    status: 201,
    expect: { kind: 'Lease' },
  },
  {
    name: 'a PUT creates a Lease that does not exist',
    method: 'PUT',
    path: `${LEASES}/lock`,
    body: lease({ holderIdentity: 'a', leaseDurationSeconds: 30, renewTime: NOW }),
    status: 201,
    expect: { spec: { holderIdentity: 'a', renewTime: NOW } },
    keep: { leaseVersion: 'metadata.resourceVersion' },
  },
  {
    name: 'a Lease is not overwritten without a resourceVersion',
    method: 'PUT',
    path: `${LEASES}/lock`,
    body: lease({ holderIdentity: 'b' }),
    status: 422,
    expect: {
      reason: 'Invalid',
      message: /metadata\.resourceVersion: Invalid value: 0(x0)?: must be specified for an update$/,
    },
  },
  {
    name: 'the holder of the newest version wins the Lease',
    method: 'PUT',
    path: `${LEASES}/lock`,
    body: lease({ holderIdentity: 'b' }, { resourceVersion: '{leaseVersion}' }),
    status: 200,
    expect: { spec: { holderIdentity: 'b' } },
  },
  {
    name: 'who comes second is told to read again',
    method: 'PUT',
    path: `${LEASES}/lock`,
    body: lease({ holderIdentity: 'c' }, { resourceVersion: '{leaseVersion}' }),
    status: 409,
    expect: {
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on leases.coordination.k8s.io "lock": the object has been modified; please apply your changes to the latest version and try again',
      details: { name: 'lock', group: 'coordination.k8s.io', kind: 'leases' },
    },
  },
  {
    name: 'a Lease lasts at least a second',
    method: 'PATCH',
    path: `${LEASES}/lock`,
    contentType: MERGE,
    body: { spec: { leaseDurationSeconds: 0 } },
    status: 422,
    expect: { message: /spec\.leaseDurationSeconds: Invalid value: 0: must be greater than 0$/ },
  },
  {
    name: 'a Lease reads times only with six digits of a second',
    method: 'POST',
    path: LEASES,
    body: { ...lease({ renewTime: '2026-01-02T03:04:05.678Z' }), metadata: { name: 'other' } },
    status: 400,
    expect: {
      reason: 'BadRequest',
      message: /parsing time "2026-01-02T03:04:05\.678Z" as "2006-01-02T15:04:05\.000000Z07:00"/,
    },
  },
]
