// The table's calls about how an object ends: preconditions, finalizers, and what is left.

import type { KubernetesCall } from './kubernetes.perform.ts'
import { GROUP, HOLD, merge, W1, WIDGETS } from './kubernetes.widget.ts'

export const deletionCalls: readonly KubernetesCall[] = [
  {
    name: 'another uid is not deleted',
    method: 'DELETE',
    path: W1,
    body: { preconditions: { uid: 'other' } },
    status: 409,
    expect: {
      reason: 'Conflict',
      message: /the UID in the precondition \(other\) does not match the UID in record/,
    },
  },
  {
    name: 'another version is not deleted',
    method: 'DELETE',
    path: W1,
    body: { preconditions: { resourceVersion: '1' } },
    status: 409,
    expect: {
      reason: 'Conflict',
      message: /the ResourceVersion in the precondition \(1\) does not match the ResourceVersion in record/,
    },
  },
  {
    name: 'a finalizer holds what is deleted',
    method: 'DELETE',
    path: W1,
    body: { propagationPolicy: 'Background' },
    status: 200,
    expect: {
      kind: 'Widget',
      metadata: {
        finalizers: [HOLD],
        deletionTimestamp: /Z$/,
        deletionGracePeriodSeconds: 0,
        generation: 6,
      },
    },
  },
  {
    ...merge(
      'no finalizer is added after that',
      { metadata: { finalizers: [HOLD, `${GROUP}/more`] } },
      {
        message:
          /metadata\.finalizers: Forbidden: no new finalizers can be added if the object is being deleted/,
      },
    ),
    status: 422,
  },
  merge('the last finalizer lets it go', { metadata: { finalizers: null } }, { metadata: { name: 'w1' } }),
  { name: 'and it is gone', method: 'GET', path: W1, status: 404 },
  {
    name: 'without finalizers it goes at once',
    method: 'DELETE',
    path: `${WIDGETS}/applied`,
    status: 200,
    expect: {
      kind: 'Status',
      status: 'Success',
      details: { name: 'applied', group: GROUP, kind: 'widgets', uid: /-/ },
    },
  },
  {
    name: 'and is gone',
    method: 'DELETE',
    path: `${WIDGETS}/applied`,
    status: 404,
    expect: { reason: 'NotFound' },
  },
  { name: 'a generated one too', method: 'DELETE', path: `${WIDGETS}/{generated}`, status: 200 },
]
