// The table's calls about patches: merge, JSON and apply.

import type { KubernetesCall } from './kubernetes.perform.ts'
import { merge, W1, WIDGETS, widget } from './kubernetes.widget.ts'

const JSON_PATCH = 'application/json-patch+json'

export const patchCalls: readonly KubernetesCall[] = [
  {
    name: 'a JSON patch applies when its test holds',
    method: 'PATCH',
    path: W1,
    contentType: JSON_PATCH,
    body: [
      { op: 'test', path: '/spec/size', value: 5 },
      { op: 'add', path: '/spec/tags', value: ['a'] },
      { op: 'add', path: '/spec/tags/-', value: 'b' },
    ],
    status: 200,
    expect: { spec: { tags: ['a', 'b'] } },
  },
  {
    name: 'a JSON patch whose test fails is refused',
    method: 'PATCH',
    path: W1,
    contentType: JSON_PATCH,
    body: [{ op: 'test', path: '/spec/size', value: 6 }],
    status: 422,
    expect: { reason: 'Invalid', message: 'the server rejected our request due to an error in our request' },
  },
  {
    name: 'a custom resource takes no strategic merge patch',
    method: 'PATCH',
    path: W1,
    contentType: 'application/strategic-merge-patch+json',
    body: { spec: { size: 1 } },
    status: 415,
    expect: { reason: 'UnsupportedMediaType' },
  },
  merge('a null removes', { spec: { tags: null } }, { spec: { size: 5 } }),
  {
    name: 'an apply creates',
    method: 'PATCH',
    path: `${WIDGETS}/applied?fieldManager=one&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: widget({ name: 'applied', labels: { a: '1', b: '2' } }, { size: 1, code: 'ab' }),
    status: 201,
  },
  {
    name: 'an apply removes what the same manager leaves out',
    method: 'PATCH',
    path: `${WIDGETS}/applied?fieldManager=one&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: widget({ name: 'applied', labels: { a: '1' } }, { size: 2 }),
    status: 200,
    expect: { spec: { size: 2 }, metadata: { labels: { a: '1' } } },
    absent: ['spec.code', 'metadata.labels.b'],
  },
]
