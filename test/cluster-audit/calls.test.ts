// What a line of the audit log says: a table of entries and calls.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCall } from '../cluster/audit/calls.ts'
import { readCalls } from '../cluster/audit/log.ts'

const ENTRY = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  stage: 'ResponseComplete',
  requestURI: '/apis/coordination.k8s.io/v1/namespaces/system/leases?limit=500',
  verb: 'list',
  user: { username: 'system:serviceaccount:system:sweep', groups: ['system:serviceaccounts'] },
  objectRef: {
    resource: 'leases',
    namespace: 'system',
    apiGroup: 'coordination.k8s.io',
    apiVersion: 'v1',
  },
  responseStatus: { code: 200 },
  requestReceivedTimestamp: '2026-11-21T12:00:00.000000Z',
  annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': 'RBAC: …' },
}

const CALL = {
  account: 'sweep',
  verb: 'list',
  group: 'coordination.k8s.io',
  resource: 'leases',
  namespace: 'system',
  allowed: true,
  at: ENTRY.requestReceivedTimestamp,
}

const FORBIDDEN = {
  responseStatus: { code: 403 },
  annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' },
}

test.each<[string, object, object | undefined]>([
  ['a call', {}, CALL],
  ['a call without the right', FORBIDDEN, { ...CALL, allowed: false }],
  ['a call that admission refused was allowed', { responseStatus: { code: 403 } }, CALL],
  ['a watch that goes on', { stage: 'ResponseStarted', verb: 'watch' }, { ...CALL, verb: 'watch' }],
  [
    'a subresource',
    { objectRef: { ...ENTRY.objectRef, subresource: 'status' } },
    { ...CALL, resource: 'leases/status' },
  ],
  [
    'a core resource in the whole cluster',
    { objectRef: { resource: 'nodes', apiVersion: 'v1' } },
    { ...CALL, group: '', resource: 'nodes', namespace: undefined },
  ],
  [
    'what is no resource',
    { requestURI: '/metrics', verb: 'get', objectRef: undefined },
    { ...CALL, group: '', resource: '/metrics', verb: 'get', namespace: undefined },
  ],
  ["somebody else's account", { user: { username: 'system:serviceaccount:tenant:sweep' } }, undefined],
  [
    'a person who plays our account',
    { user: { username: 'admin' }, impersonatedUser: ENTRY.user },
    undefined,
  ],
  ['a request that was not judged yet', { stage: 'RequestReceived', annotations: undefined }, undefined],
])('%s', (_, change, expected) => {
  expect(readCall(JSON.stringify({ ...ENTRY, ...change }), 'system')).toEqual(expected)
})

test('a line that is only half written is nobody’s call', () => {
  expect(readCall(JSON.stringify(ENTRY).slice(0, -9), 'system')).toBeUndefined()
})

test('a log that was rotated is read whole, equal calls once, and nothing from before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'))
  const line = (verb: string, time: string) =>
    `${JSON.stringify({ ...ENTRY, verb, requestReceivedTimestamp: `2026-11-21T${time}Z` })}\n`
  writeFileSync(
    join(folder, 'audit-2026-11-21T12-00-30.000.log'),
    line('get', '11:59:59') + line('list', '12:00:01'),
  )
  writeFileSync(join(folder, 'audit.log'), line('list', '12:00:40') + line('delete', '12:00:41'))
  writeFileSync(join(folder, 'other.log'), line('create', '12:00:42'))
  const calls = await readCalls(join(folder, 'audit.log'), 'system', Date.parse('2026-11-21T12:00:00Z'))
  rmSync(folder, { recursive: true })
  expect(calls.map(call => call.verb)).toEqual(['list', 'delete'])
})
