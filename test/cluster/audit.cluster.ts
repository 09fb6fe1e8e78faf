// Least privilege, proved last: what the functions' accounts called in this run, held against what they may call.

import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { compare } from './audit/compare.ts'
import { EXCEPTIONS } from './audit/exceptions.ts'
import { readCalls } from './audit/log.ts'
import { expandPermissions, type Permission, type RbacObject } from './audit/permissions.ts'
import { kubectl } from './kubectl.ts'
import { SYSTEM } from './stage.ts'

const log = process.env.AUDIT_LOG ?? ''

if (log === '')
  process.stderr.write(
    'Roles are not held against what was called: set AUDIT_LOG to the file of the API server (--audit-log-path) that holds its audit log of the whole suite, with an audit policy of level Metadata.\n',
  )

/** The suite's beginning, or that of the installation. */
function beginning(): number {
  const path = ['-o', 'jsonpath={.metadata.creationTimestamp}']
  return Date.parse(process.env.SUITE_STARTED || kubectl(['get', 'namespace', SYSTEM, ...path]))
}

/**
 * As the cluster has them, so that a role that somebody else bound to our accounts counts too. What the suite took away
 * again is added: the resolvers, and the namespaces that bind playbook-pull-secrets.
 */
function granted(): Permission[] {
  const kinds = 'roles,clusterroles,rolebindings,clusterrolebindings'
  const { items } = JSON.parse(kubectl(['get', kinds, '-A', '-o', 'json'])) as { items: RbacObject[] }
  const pulls: RbacObject = {
    kind: 'ClusterRoleBinding',
    metadata: { name: 'playbook-pull-secrets' },
    roleRef: { kind: 'ClusterRole', name: 'playbook-pull-secrets' },
    subjects: ['register', 'resolve-git', 'resolve-http'].map(name => ({
      ...{ kind: 'ServiceAccount', namespace: SYSTEM },
      name,
    })),
  }
  const resolvers = parseAllDocuments(kubectl(['kustomize', 'triggers/resolution']))
  const added = resolvers.map(document => document.toJS() as RbacObject)
  return expandPermissions([...items, pulls, ...added], SYSTEM)
}

test.skipIf(log === '')(
  'every verb that is granted was used, and none was missing',
  async () => {
    const since = beginning()
    const calls = await readCalls(log, SYSTEM, since)
    expect(calls.length, `calls in ${log} since ${new Date(since).toISOString()}`).toBeGreaterThan(0)
    const permissions = granted()
    process.stdout.write(`${permissions.length} permissions against ${calls.length} kinds of call\n`)
    expect(compare(permissions, calls, EXCEPTIONS)).toEqual({ unused: [], missing: [], needless: [] })
  },
  600_000,
)
