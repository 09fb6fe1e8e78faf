// What is granted against what was called: a table of both, and the sentences that come of it.

import { expect, test } from 'vitest'
import type { Call } from '../cluster/audit/calls.ts'
import { compare, type Exception } from '../cluster/audit/compare.ts'
import type { Permission } from '../cluster/audit/permissions.ts'

const GET_PODS = { account: 'sweep', verb: 'get', group: '', resource: 'pods' }

function may(change: Partial<Permission> = {}): Permission {
  return { ...GET_PODS, namespace: undefined, grantedBy: 'ClusterRole wide', ...change }
}

function called(change: Partial<Call> = {}): Call {
  return { ...GET_PODS, namespace: 'tenant', allowed: true, at: '2026-11-21T12:00:00Z', ...change }
}

function excepted(kind: Exception['kind'], change: Partial<Exception> = {}): Exception {
  return { ...GET_PODS, kind, why: 'a reason', ...change }
}

interface Row {
  readonly granted: readonly Permission[]
  readonly calls: readonly Call[]
  readonly exceptions?: readonly Exception[]
  readonly says?: object
}

const UNUSED = 'sweep: get pods in every namespace is granted by ClusterRole wide and never used'

test.each<[string, Row]>([
  ['what is granted is used', { granted: [may()], calls: [called()] }],
  ['nothing is called', { granted: [may()], calls: [], says: { unused: [UNUSED] } }],
  [
    'another verb is called',
    { granted: [may()], calls: [called({ verb: 'list' })], says: { unused: [UNUSED] } },
  ],
  [
    'another account calls',
    { granted: [may()], calls: [called({ account: 'notify' })], says: { unused: [UNUSED] } },
  ],
  [
    'a subresource is called',
    { granted: [may()], calls: [called({ resource: 'pods/log' })], says: { unused: [UNUSED] } },
  ],
  [
    'the same plural of another group is called',
    { granted: [may()], calls: [called({ group: 'metrics.k8s.io' })], says: { unused: [UNUSED] } },
  ],
  ['a namespace is called', { granted: [may({ namespace: 'tenant' })], calls: [called()] }],
  [
    'another namespace is called',
    {
      granted: [may({ namespace: 'system' })],
      calls: [called()],
      says: { unused: ['sweep: get pods in system is granted by ClusterRole wide and never used'] },
    },
  ],
  [
    'everything is granted, which nobody can use',
    {
      granted: [may({ verb: '*', group: '*', resource: '*' })],
      calls: [called()],
      says: { unused: ['sweep: * *.* in every namespace is granted by ClusterRole wide and never used'] },
    },
  ],
  [
    'the only call was refused',
    {
      granted: [may({ namespace: 'system' })],
      calls: [called({ allowed: false }), called({ allowed: false })],
      says: {
        unused: ['sweep: get pods in system is granted by ClusterRole wide and never used'],
        missing: ['sweep: get pods in tenant was called and refused'],
      },
    },
  ],
  [
    'a list of the whole cluster was refused',
    {
      granted: [],
      calls: [called({ verb: 'list', namespace: undefined, allowed: false })],
      says: { missing: ['sweep: list pods in the whole cluster was called and refused'] },
    },
  ],
  ['what no call shows is excepted', { granted: [may()], calls: [], exceptions: [excepted('unseen')] }],
  [
    'what must be refused is excepted',
    { granted: [], calls: [called({ allowed: false })], exceptions: [excepted('refused')] },
  ],
  [
    'an exception from the one is none from the other',
    {
      granted: [may()],
      calls: [],
      exceptions: [excepted('refused')],
      says: { unused: [UNUSED], needless: ['sweep: get pods is excepted, but it is never refused'] },
    },
  ],
  [
    'what a call need not show is shown by one',
    { granted: [may()], calls: [called()], exceptions: [excepted('unseen')] },
  ],
  [
    'what is excepted is not granted',
    {
      granted: [],
      calls: [],
      exceptions: [excepted('unseen')],
      says: { needless: ['sweep: get pods is excepted, but it is not granted'] },
    },
  ],
])('%s', (_, { granted, calls, exceptions = [], says = {} }) => {
  expect(compare(granted, calls, exceptions)).toEqual({ unused: [], missing: [], needless: [], ...says })
})
