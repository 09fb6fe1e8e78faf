// Which permissions roles and bindings come to: a table of objects and sentences.

import { expect, test } from 'vitest'
import {
  describeAction,
  describeScope,
  expandPermissions,
  type RbacObject,
} from '../cluster/audit/permissions.ts'

const account = { kind: 'ServiceAccount', namespace: 'system', name: 'sweep' }

function role(kind: string, name: string, more: Partial<RbacObject>): RbacObject {
  return {
    kind,
    metadata: { name },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    ...more,
  }
}

function binding(kind: string, to: string, more: Partial<RbacObject> = {}): RbacObject {
  const [roleKind = '', name = ''] = to.split(' ')
  return { kind, metadata: { name: 'b' }, roleRef: { kind: roleKind, name }, subjects: [account], ...more }
}

const wide = role('ClusterRole', 'wide', {})
const inSystem = { metadata: { name: 'r', namespace: 'system' } }

test.each<[string, readonly RbacObject[], readonly string[]]>([
  [
    'each verb of each resource of each group',
    [
      role('ClusterRole', 'wide', {
        rules: [{ apiGroups: ['a', 'b'], resources: ['x', 'x/status'], verbs: ['get', 'list'] }],
      }),
      binding('ClusterRoleBinding', 'ClusterRole wide'),
    ],
    [
      'sweep: get x.a in every namespace',
      'sweep: list x.a in every namespace',
      'sweep: get x.a/status in every namespace',
      'sweep: list x.a/status in every namespace',
      'sweep: get x.b in every namespace',
      'sweep: list x.b in every namespace',
      'sweep: get x.b/status in every namespace',
      'sweep: list x.b/status in every namespace',
    ],
  ],
  [
    'a ClusterRole bound in one namespace',
    [wide, binding('RoleBinding', 'ClusterRole wide', { metadata: { name: 'b', namespace: 'tenant' } })],
    ['sweep: get pods in tenant'],
  ],
  [
    'a Role',
    [role('Role', 'r', inSystem), binding('RoleBinding', 'Role r', inSystem)],
    ['sweep: get pods in system'],
  ],
  [
    'a Role of that name elsewhere',
    [
      role('Role', 'r', { metadata: { name: 'r', namespace: 'tenant' } }),
      binding('RoleBinding', 'Role r', inSystem),
    ],
    [],
  ],
  [
    "somebody else's accounts, and people",
    [
      wide,
      binding('ClusterRoleBinding', 'ClusterRole wide', {
        subjects: [
          { ...account, namespace: 'tenant' },
          { kind: 'User', name: 'sweep' },
          { kind: 'Group', name: 'on-call' },
        ],
      }),
    ],
    [],
  ],
  [
    'a subject without a namespace, which is in its own binding',
    [
      role('Role', 'r', inSystem),
      binding('RoleBinding', 'Role r', {
        ...inSystem,
        subjects: [{ kind: 'ServiceAccount', name: 'notify' }],
      }),
    ],
    ['notify: get pods in system'],
  ],
  ['a role that is not there', [binding('ClusterRoleBinding', 'ClusterRole gone')], []],
  [
    'a role without rules',
    [role('ClusterRole', 'wide', { rules: null }), binding('ClusterRoleBinding', 'ClusterRole wide')],
    [],
  ],
])('%s', (_, objects, expected) => {
  const found = expandPermissions(objects, 'system')
  expect(found.map(each => `${describeAction(each)} ${describeScope(each.namespace)}`)).toEqual(expected)
})
