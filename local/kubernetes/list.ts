// GET of one object and of collections: selected, in order, in pages, as JSON or as a table.

import type { Answer, Call, Cluster } from './cluster.ts'
import { apiVersionOf, storageKey, storedApiVersion } from './kinds.ts'
import type { Snapshot } from './pages.ts'
import { selection } from './selectors.ts'
import type { Version } from './store.ts'
import { tableOf, wantsTable } from './table.ts'
import { existing } from './update.ts'
import { present } from './write.ts'

/** One object without all but its metadata. */
const PARTIAL = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' }

export function get(cluster: Cluster, call: Call): Answer {
  const version = existing(cluster, call)
  if (call.accept.includes('as=PartialObjectMetadata'))
    return { status: 200, body: JSON.stringify({ ...PARTIAL, metadata: version.object.metadata }) }
  if (!wantsTable(call.accept)) return { status: 200, body: present(call.kind, version) }
  const metadata = { resourceVersion: version.object.metadata.resourceVersion }
  const table = tableOf(call, [version], cluster.clock())
  return { status: 200, body: JSON.stringify({ ...table, metadata }) }
}

function byPlace(left: Version, right: Version): number {
  const a = `${left.namespace}/${left.name}`
  const b = `${right.namespace}/${right.name}`
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The chosen objects of this moment, in the order of their keys. */
function take(cluster: Cluster, { kind, namespace, query }: Call): Snapshot {
  const chosen = selection(kind, query)
  const found: Version[] = []
  for (const version of cluster.store.all(storageKey(kind), namespace === '' ? undefined : namespace)) {
    if (chosen === undefined || chosen(version.object)) found.push(version)
  }
  return { revision: cluster.store.revision, versions: found.sort(byPlace) }
}

interface Page {
  readonly versions: readonly Version[]
  readonly metadata: {
    readonly resourceVersion: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
}

function pageOf(cluster: Cluster, call: Call): Page {
  const { kind, namespace, query } = call
  const selectors = `${query.get('labelSelector') ?? ''} ${query.get('fieldSelector') ?? ''}`
  const name = `${storageKey(kind)} ${namespace} ${selectors}`
  const token = query.get('continue')
  const snapshot = token ? cluster.pages.resume(name, token) : { ...take(cluster, call), start: 0 }
  const limit = Number(query.get('limit') ?? 0)
  const { versions, start, revision } = snapshot
  const end = limit > 0 ? start + limit : versions.length
  const resourceVersion = String(revision)
  if (end >= versions.length) {
    // Lists of custom resources say that there is no more; built-in ones leave the field out.
    const last = kind.custom ? { continue: '' } : {}
    return { versions: versions.slice(start), metadata: { resourceVersion, ...last } }
  }
  const next = cluster.pages.keep(name, { revision, versions }, end)
  const counted = selectors === ' ' ? { remainingItemCount: versions.length - end } : {}
  return {
    versions: versions.slice(start, end),
    metadata: { resourceVersion, continue: next, ...counted },
  }
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#collections */
export function list(cluster: Cluster, call: Call): Answer {
  const { kind } = call
  const { versions, metadata } = pageOf(cluster, call)
  if (wantsTable(call.accept)) {
    const table = tableOf(call, versions, cluster.clock())
    return { status: 200, body: JSON.stringify({ ...table, metadata }) }
  }
  const isStored = apiVersionOf(kind) === storedApiVersion(kind)
  const write = (version: Version) => (isStored ? version.json : present(kind, version))
  const items = versions.map(version => (kind.custom ? write(version) : version.bareJson))
  const type = `"kind":"${kind.listKind}","apiVersion":"${apiVersionOf(kind)}"`
  return { status: 200, body: `{${type},"metadata":${JSON.stringify(metadata)},"items":[${items.join()}]}` }
}
