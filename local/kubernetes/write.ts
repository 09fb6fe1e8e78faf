// What creating and changing have in common: filling in, checking, and storing an object.

import { admit } from './admission.ts'
import type { Cluster, Target } from './cluster.ts'
import { builtInFaults, fillBuiltIn, immutableFaults } from './defaults.ts'
import { apiVersionOf, type Kind, storageKey } from './kinds.ts'
import { metadataFaults } from './metadata.ts'
import type { Resource } from './objects.ts'
import { badRequest, forbidden, internal, invalid, notFound } from './status.ts'
import type { Version } from './store.ts'
import { validate } from './validate.ts'

/** etcd's own limit on a request, which an object must stay under. */
const OBJECT_MAX = 1_572_864
const NAMESPACES = { group: '', plural: 'namespaces' }

/** The object as it may be stored: admitted, filled in and valid, or an error that says why not. */
export function prepare(cluster: Cluster, sent: Resource, { kind, old }: { kind: Kind; old?: Resource }) {
  const admitted = admit(sent, old)
  const object = kind.custom ? admitted : fillBuiltIn(admitted, cluster.clock(), old)
  const faults = [
    ...metadataFaults(kind, object.metadata),
    ...(kind.custom && kind.schema !== undefined ? validate(object, kind.schema, '') : []),
    ...(kind.custom ? [] : builtInFaults(object)),
    ...(old === undefined || kind.custom ? [] : immutableFaults(object, old)),
  ]
  const { name = '', generateName = '' } = object.metadata
  if (faults.length > 0) throw invalid(kind, name || generateName, { faults })
  return object
}

export function store(cluster: Cluster, kind: Kind, object: Resource): Version {
  if (JSON.stringify(object).length > OBJECT_MAX) throw internal('etcdserver: request is too large')
  return cluster.store.put(storageKey(kind), object)
}

/** The object's JSON in the version that the request named. */
export function present(kind: Kind, { object, json }: Pick<Version, 'object' | 'json'>): string {
  const apiVersion = apiVersionOf(kind)
  return object.apiVersion === apiVersion ? json : JSON.stringify({ ...object, apiVersion })
}

export function checkNamespace({ namespace }: Target, sent: string | undefined): void {
  if (sent === undefined || sent === namespace) return
  throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`)
}

/** A namespace must exist, and not be on its way out, before anything is created in it. */
export function checkLiving(cluster: Cluster, { kind, namespace }: Target, name: string): void {
  if (!kind.namespaced) return
  const found = cluster.store.get('/namespaces', '', namespace)
  if (found === undefined) throw notFound(NAMESPACES, namespace)
  if (found.object.metadata.deletionTimestamp === undefined) return
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  const message = `namespace ${namespace} is being terminated`
  const cause = { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }
  throw forbidden(kind, name, { why, cause })
}
