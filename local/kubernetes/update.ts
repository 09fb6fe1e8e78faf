// PUT: the next version of an object, if nobody else made one first.

import type { Answer, Call, Cluster, Target } from './cluster.ts'
import { isDryRun } from './cluster.ts'
import { createObject, fieldValidation } from './create.ts'
import { decode, parseBody } from './decode.ts'
import { kindsOf } from './definitions.ts'
import { type Kind, storageKey } from './kinds.ts'
import { type Fields, isSame, type Resource, withMetadata, without } from './objects.ts'
import { badRequest, conflict, invalid, notFound } from './status.ts'
import { Version } from './store.ts'
import { fault, invalidValue } from './validate.ts'
import { checkNamespace, prepare, present, store } from './write.ts'

/** The server's own fields, which a client's version of them never changes. */
function keptMetadata({ metadata }: Resource): Fields {
  const { name, namespace, uid, creationTimestamp, generation, deletionTimestamp } = metadata
  const { deletionGracePeriodSeconds, resourceVersion } = metadata
  return {
    name,
    namespace,
    uid,
    creationTimestamp,
    generation,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    resourceVersion,
  }
}

function withStatus(object: Resource, status: unknown): Resource {
  const { apiVersion, kind, metadata } = object
  const rest = { ...without(object, 'status'), apiVersion, kind, metadata }
  return status === undefined ? rest : { ...rest, status }
}

/** The part of the object that this write may change, laid over the rest of the old one. */
function combine(old: Resource, sent: Resource, { kind, subresource }: Target): Resource {
  if (subresource === 'status') return withStatus(old, sent.status)
  const merged = withMetadata(sent, keptMetadata(old))
  return kind.status ? withStatus(merged, old.status) : merged
}

function contentOf(object: Resource): Fields {
  return without(object, 'metadata', 'status')
}

function withGeneration(next: Resource, old: Resource, kind: Kind): Resource {
  if (!kind.generation) return next
  const content = kind.status ? contentOf : (object: Resource) => without(object, 'metadata')
  if (isSame(content(next), content(old))) return next
  return withMetadata(next, { generation: (old.metadata.generation ?? 0) + 1 })
}

function checkFinalizers(next: Resource, old: Resource, kind: Kind): void {
  if (old.metadata.deletionTimestamp === undefined) return
  const before = old.metadata.finalizers ?? []
  const added = (next.metadata.finalizers ?? []).filter(name => !before.includes(name))
  if (added.length === 0) return
  const found = `[]string{${added.map(name => JSON.stringify(name)).join(', ')}}`
  const why = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${found}`
  throw invalid(kind, old.metadata.name ?? '', { faults: [fault('metadata.finalizers', 'Forbidden', why)] })
}

function otherUid(
  kind: Kind,
  { namespace, name }: { namespace: string; name: string },
  { asked, is }: { asked: string; is: string },
) {
  const why = `Precondition failed: UID in precondition: ${asked}, UID in object meta: ${is}`
  const key = `/registry/${kind.plural}/${namespace}/${name}`
  const told = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`
  return conflict(kind, name, told)
}

function checkVersion(sent: Resource, { object: old, name }: Version, kind: Kind): void {
  const { resourceVersion, uid } = sent.metadata
  if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion)
    throw conflict(kind, name)
  if (uid === undefined || uid === old.metadata.uid) return
  throw otherUid(
    kind,
    { namespace: old.metadata.namespace ?? '', name },
    { asked: uid, is: old.metadata.uid ?? '' },
  )
}

function serveAgain(cluster: Cluster, definition: Resource): void {
  const kinds = kindsOf(definition)
  const [first] = kinds
  if (first === undefined) return
  cluster.catalog.remove(first.group, first.plural)
  for (const kind of kinds) cluster.catalog.add(kind)
}

export interface Change {
  readonly old: Version
  readonly sent: Resource
  readonly dryRun: boolean
}

/** Stores the next version; what changes nothing is not a new version, and the last finalizer's end is the object's. */
export function updateObject(cluster: Cluster, target: Target, { old, sent, dryRun }: Change): Version {
  const { kind } = target
  checkVersion(sent, old, kind)
  checkFinalizers(sent, old.object, kind)
  const combined = combine(old.object, sent, target)
  const prepared = prepare(cluster, combined, { kind, old: old.object })
  const next = target.subresource === 'status' ? prepared : withGeneration(prepared, old.object, kind)
  if (isSame(next, old.object)) return old
  if (dryRun) return new Version(next, old.revision)
  const { deletionTimestamp, finalizers = [] } = next.metadata
  if (deletionTimestamp !== undefined && finalizers.length === 0 && kind.kind !== 'Namespace')
    return cluster.store.remove(storageKey(kind), new Version(next, old.revision))
  const version = store(cluster, kind, next)
  if (kind.kind === 'CustomResourceDefinition') serveAgain(cluster, version.object)
  return version
}

export function existing(cluster: Cluster, { kind, namespace, name }: Target): Version {
  const found = cluster.store.get(storageKey(kind), namespace, name)
  if (found === undefined) throw notFound(kind, name)
  return found
}

function checkUnconditional(sent: Resource, { kind, name }: Target): void {
  if (sent.metadata.resourceVersion !== undefined || kind.unconditional) return
  const faults = [invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')]
  throw invalid(kind, name, { faults, kindName: kind.plural })
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#update-mechanism-update */
export function replace(cluster: Cluster, call: Call): Answer {
  const { kind, namespace, name, query } = call
  const { object, warnings } = decode(kind, parseBody(call.text, call.contentType), fieldValidation(query))
  const sentName = object.metadata.name ?? ''
  if (sentName !== name)
    throw badRequest(`the name of the object (${sentName}) does not match the name on the URL (${name})`)
  checkNamespace(call, object.metadata.namespace)
  const old = cluster.store.get(storageKey(kind), namespace, name)
  if (old === undefined) {
    if (!kind.createOnUpdate || call.subresource !== '') throw notFound(kind, name)
    // Whoever knows a uid means an object that is gone; whoever only knows a version may make it anew.
    const { uid: asked, resourceVersion: _, ...metadata } = object.metadata
    if (asked !== undefined) throw otherUid(kind, call, { asked, is: '' })
    const created = createObject(cluster, call, { ...object, metadata }, isDryRun(query))
    return { status: 201, body: present(kind, created), warnings }
  }
  checkUnconditional(object, call)
  const next = updateObject(cluster, call, { old, sent: object, dryRun: isDryRun(query) })
  return { status: 200, body: present(kind, next), warnings }
}
