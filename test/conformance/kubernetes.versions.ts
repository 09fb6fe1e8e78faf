// The table's calls about an object's versions, generations and subresources.

import type { KubernetesCall } from './kubernetes.perform.ts'
import { GROUP, HOLD, MERGE, merge, W1, widget } from './kubernetes.widget.ts'

const MODIFIED = `Operation cannot be fulfilled on widgets.${GROUP} "w1": the object has been modified; please apply your changes to the latest version and try again`

export const versionCalls: readonly KubernetesCall[] = [
  merge(
    'what changes nothing is no new version',
    { spec: { size: 3 } },
    { metadata: { resourceVersion: '{first}' } },
  ),
  merge(
    'metadata does not raise the generation',
    { metadata: { labels: { b: '2' } } },
    { metadata: { generation: 1, labels: { a: '1', b: '2' } } },
  ),
  {
    ...merge('the spec raises the generation', { spec: { size: 4 } }, { metadata: { generation: 2 } }),
    keep: { second: 'metadata.resourceVersion' },
  },
  {
    ...merge(
      'an old version is not patched',
      { metadata: { resourceVersion: '{first}' }, spec: { size: 5 } },
      { message: MODIFIED, reason: 'Conflict' },
    ),
    status: 409,
  },
  {
    name: 'an old version is not replaced',
    method: 'PUT',
    path: W1,
    body: widget({ name: 'w1', resourceVersion: '{first}' }),
    status: 409,
    expect: { message: MODIFIED, reason: 'Conflict', details: { name: 'w1', group: GROUP, kind: 'widgets' } },
  },
  {
    name: 'a custom resource is not replaced blindly',
    method: 'PUT',
    path: W1,
    body: widget({ name: 'w1' }),
    status: 422,
    expect: {
      message:
        /^widgets\.conformance\.kubernaut\.io "w1" is invalid: metadata\.resourceVersion: Invalid value: 0(x0)?: must be specified for an update$/,
    },
  },
  {
    name: 'the name of the body must be that of the path',
    method: 'PUT',
    path: W1,
    body: widget({ name: 'w2', resourceVersion: '{second}' }),
    status: 400,
    expect: { message: 'the name of the object (w2) does not match the name on the URL (w1)' },
  },
  {
    name: 'the status subresource changes only the status',
    method: 'PATCH',
    path: `${W1}/status`,
    contentType: MERGE,
    body: { metadata: { labels: { c: '3' } }, spec: { size: 9 }, status: { phase: 'Here' } },
    status: 200,
    expect: { spec: { size: 4 }, status: { phase: 'Here' }, metadata: { generation: 2 } },
    absent: ['metadata.labels.c'],
  },
  {
    ...merge(
      'the object itself keeps its status',
      { status: { phase: 'Forged' } },
      { status: { phase: 'Here' } },
    ),
    keep: { third: 'metadata.resourceVersion' },
  },
  {
    ...merge('a uid is for life', { metadata: { uid: 'other' } }, { reason: 'Invalid' }),
    status: 422,
  },
  {
    name: 'the newest version is replaced, and keeps what the server owns',
    method: 'PUT',
    path: W1,
    body: widget({ name: 'w1', resourceVersion: '{third}', finalizers: [HOLD] }, { size: 5 }),
    status: 200,
    expect: {
      spec: { size: 5, colour: 'red' },
      status: { phase: 'Here' },
      metadata: { generation: 3, uid: '{uid}' },
    },
    absent: ['metadata.labels'],
  },
]
