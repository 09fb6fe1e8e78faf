// POST: a new object, with the name, uid and dates that the server gives it.

import { randomInt, randomUUID } from 'node:crypto'
import type { Answer, Call, Cluster, Target } from './cluster.ts'
import { isDryRun } from './cluster.ts'
import { decode, type FieldValidation, parseBody } from './decode.ts'
import { kindsOf } from './definitions.ts'
import { type Kind, storageKey } from './kinds.ts'
import { type Resource, timestamp, withMetadata, without } from './objects.ts'
import { ApiError, alreadyExists, internal } from './status.ts'
import { Version } from './store.ts'
import { checkLiving, checkNamespace, prepare, present, store } from './write.ts'

/** The letters of generated names: no vowels, nothing that looks like another (k8s.io/apimachinery util/rand). */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789'
const GENERATED = 5
/** A generated name must leave room for its five letters. */
const PREFIX_MAX = 63 - GENERATED

function generated(prefix: string): string {
  const letters = Array.from({ length: GENERATED }, () => LETTERS[randomInt(LETTERS.length)])
  return prefix.slice(0, PREFIX_MAX) + letters.join('')
}

function named(object: Resource): Resource {
  const { name, generateName } = object.metadata
  return name !== undefined || generateName === undefined
    ? object
    : withMetadata(object, { name: generated(generateName) })
}

/** What a client cannot decide: identity, dates, and the status of kinds that keep it apart. */
function asNew(object: Resource, kind: Kind, now: Date): Resource {
  const keepsStatus = !kind.status || kind.kind === 'Node'
  const plain = keepsStatus ? object : ({ ...without(object, 'status') } as Resource)
  return withMetadata(plain, {
    uid: randomUUID(),
    creationTimestamp: timestamp(now),
    generation: kind.generation ? 1 : undefined,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
  })
}

function serviceAccountOf(namespace: string): Resource {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } }
}

/** What controllers of a real cluster add at once: the default account of a namespace, the kinds of a definition. */
function followUp(cluster: Cluster, object: Resource): void {
  const name = object.metadata.name ?? ''
  if (object.kind === 'CustomResourceDefinition')
    for (const kind of kindsOf(object)) cluster.catalog.add(kind)
  const accounts = cluster.catalog.at('', 'v1', 'serviceaccounts')
  if (object.kind === 'Namespace' && accounts !== undefined)
    store(cluster, accounts, asNew(serviceAccountOf(name), accounts, cluster.clock()))
}

/** Stores a decoded object as a new one; throws 409 where the name is taken. */
export function createObject(cluster: Cluster, target: Target, sent: Resource, dryRun = false): Version {
  const { kind, namespace } = target
  checkNamespace(target, sent.metadata.namespace)
  if (sent.metadata.resourceVersion !== undefined)
    throw internal('resourceVersion should not be set on objects to be created')
  const placed = withMetadata(named(sent), { namespace: namespace === '' ? undefined : namespace })
  const name = placed.metadata.name ?? ''
  checkLiving(cluster, target, name)
  const object = prepare(cluster, asNew(placed, kind, cluster.clock()), { kind })
  if (cluster.store.get(storageKey(kind), namespace, name) !== undefined) throw alreadyExists(kind, name)
  if (dryRun) return new Version(object, 0)
  const version = store(cluster, kind, object)
  followUp(cluster, version.object)
  return version
}

export function fieldValidation(query: URLSearchParams): FieldValidation {
  const asked = query.get('fieldValidation')
  return asked === 'Strict' || asked === 'Ignore' ? asked : 'Warn'
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#single-resource-api */
export function create(cluster: Cluster, call: Call): Answer {
  const body = parseBody(call.text, call.contentType)
  const { object, warnings } = decode(call.kind, body, fieldValidation(call.query))
  if (call.kind.namespaced && call.namespace === '') {
    const message = 'the server does not allow this method on the requested resource'
    throw new ApiError({ code: 405, reason: 'MethodNotAllowed', message, details: {} })
  }
  const version = createObject(cluster, call, object, isDryRun(call.query))
  return { status: 201, body: present(call.kind, version), warnings }
}
