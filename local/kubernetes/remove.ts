// DELETE: at once, or marked until the last finalizer goes.

import type { Answer, Call, Cluster } from './cluster.ts'
import { isDryRun } from './cluster.ts'
import { parseBody } from './decode.ts'
import { kindsOf } from './definitions.ts'
import { type Kind, storageKey } from './kinds.ts'
import { at, type Fields, fieldsOf, type Resource, timestamp, withMetadata } from './objects.ts'
import { selection } from './selectors.ts'
import { conflict } from './status.ts'
import type { Version } from './store.ts'
import { existing } from './update.ts'
import { present } from './write.ts'

export const FOREGROUND = 'foregroundDeletion'
export const ORPHAN = 'orphan'

interface Deletion {
  readonly version: Version
  readonly gone: boolean
}

function finalizersFor({ metadata }: Resource, policy: string): readonly string[] {
  const own = metadata.finalizers ?? []
  if (policy === '') return own
  const others = own.filter(name => name !== FOREGROUND && name !== ORPHAN)
  if (policy === 'Foreground') return [...others, FOREGROUND]
  return policy === 'Orphan' ? [...others, ORPHAN] : others
}

function terminating(object: Resource): Resource {
  return object.kind === 'Namespace' ? { ...object, status: { phase: 'Terminating' } } : object
}

function mark(cluster: Cluster, kind: Kind, old: Version, finalizers: readonly string[]): Version {
  const { deletionTimestamp, finalizers: before = [], generation } = old.object.metadata
  if (deletionTimestamp !== undefined && before.join() === finalizers.join()) return old
  const first = deletionTimestamp === undefined
  const marked = withMetadata(terminating(old.object), {
    deletionTimestamp: deletionTimestamp ?? timestamp(cluster.clock()),
    deletionGracePeriodSeconds: kind.kind === 'Namespace' ? undefined : 0,
    generation: first && generation !== undefined ? generation + 1 : generation,
    finalizers: finalizers.length === 0 ? undefined : finalizers,
  })
  return cluster.store.put(storageKey(kind), marked)
}

/** A definition takes its objects with it, and its kinds are no longer served. */
function dropKinds(cluster: Cluster, definition: Resource): void {
  const [first] = kindsOf(definition)
  if (first === undefined) return
  const key = storageKey(first)
  for (const version of [...cluster.store.all(key)]) cluster.store.remove(key, version)
  cluster.catalog.remove(first.group, first.plural)
}

/** Deletes one object, or marks it where finalizers (or, for a namespace, its content) must go first. */
export function deleteObject(cluster: Cluster, kind: Kind, old: Version, policy = ''): Deletion {
  const finalizers = finalizersFor(old.object, policy)
  if (finalizers.length > 0 || kind.kind === 'Namespace')
    return { version: mark(cluster, kind, old, finalizers), gone: false }
  if (kind.kind === 'CustomResourceDefinition') dropKinds(cluster, old.object)
  return { version: cluster.store.remove(storageKey(kind), old), gone: true }
}

interface Options {
  readonly policy: string
  readonly preconditions: Fields
  readonly dryRun: boolean
}

function optionsOf(call: Call): Options {
  const body = call.text === '' ? {} : fieldsOf(parseBody(call.text, call.contentType))
  const policy = body.propagationPolicy ?? call.query.get('propagationPolicy') ?? ''
  const dryRun = isDryRun(call.query) || (Array.isArray(body.dryRun) && body.dryRun.includes('All'))
  return { policy: String(policy), preconditions: fieldsOf(body.preconditions), dryRun }
}

function checkPreconditions(kind: Kind, { object, name }: Version, preconditions: Fields): void {
  const checks = [
    ['uid', 'UID', 'The object might have been deleted and then recreated'],
    ['resourceVersion', 'ResourceVersion', 'The object might have been modified'],
  ] as const
  for (const [field, label, why] of checks) {
    const asked = preconditions[field]
    const actual = object.metadata[field]
    if (asked === undefined || asked === null || asked === actual) continue
    const place = `the ${label} in the precondition (${asked}) does not match the ${label} in record (${actual})`
    throw conflict({ ...kind, plural: kind.kind }, name, `${place}. ${why}`)
  }
}

function success(kind: Kind, { object, name }: Version): string {
  const group = kind.group === '' ? {} : { group: kind.group }
  const details = { name, ...group, kind: kind.plural, uid: object.metadata.uid }
  return JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details })
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-deletion */
export function remove(cluster: Cluster, call: Call): Answer {
  const { kind } = call
  const { policy, preconditions, dryRun } = optionsOf(call)
  const old = existing(cluster, call)
  checkPreconditions(kind, old, preconditions)
  const { version, gone } = dryRun ? { version: old, gone: true } : deleteObject(cluster, kind, old, policy)
  const body = gone && !kind.returnsDeleted ? success(kind, version) : present(kind, version)
  return { status: 200, body }
}

/** Deletes every object that the selectors choose, and answers with the list of them. */
export function removeAll(cluster: Cluster, call: Call): Answer {
  const { kind, namespace, query } = call
  const { policy, dryRun } = optionsOf(call)
  const chosen = selection(kind, query) ?? (() => true)
  const found = [...cluster.store.all(storageKey(kind), namespace === '' ? undefined : namespace)]
  const deleted = found
    .filter(version => chosen(version.object))
    .map(version => (dryRun ? version : deleteObject(cluster, kind, version, policy).version))
  const items = deleted.map(version => JSON.parse(present(kind, version)) as unknown)
  const apiVersion =
    at(items[0], 'apiVersion') ?? `${kind.group === '' ? '' : `${kind.group}/`}${kind.version}`
  const metadata = { resourceVersion: String(cluster.store.revision) }
  return { status: 200, body: JSON.stringify({ apiVersion, kind: kind.listKind, metadata, items }) }
}
