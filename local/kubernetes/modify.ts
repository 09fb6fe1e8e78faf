// PATCH: merge patch, JSON patch, strategic merge patch and server-side apply, each made into the object's next version.

import type { Answer, Call, Cluster } from './cluster.ts'
import { isDryRun } from './cluster.ts'
import { createObject, fieldValidation } from './create.ts'
import { decode, mediaType, parseBody } from './decode.ts'
import { apiVersionOf, storageKey } from './kinds.ts'
import { type Fields, fieldsOf, isFields, type Resource } from './objects.ts'
import { jsonPatch, mergePatch } from './patch.ts'
import { badRequest, invalid, notFound, unsupportedMediaType } from './status.ts'
import type { Version } from './store.ts'
import { applyPatch, strategicMerge } from './strategic.ts'
import { updateObject } from './update.ts'
import { invalidValue, required } from './validate.ts'
import { present } from './write.ts'

const APPLY = 'application/apply-patch+yaml'
const STRATEGIC = 'application/strategic-merge-patch+json'

/** What refusals about the patch itself, not about an object, are said to be about. */
const PATCH_OPTIONS = { group: 'meta.k8s.io', kind: 'PatchOptions' }
const NOTHING = { group: '', kind: '' }

type Patcher = (current: Fields, patch: unknown) => unknown

const PATCHERS: Readonly<Record<string, Patcher>> = {
  'application/merge-patch+json': mergePatch,
  'application/json-patch+json': jsonPatch,
  [STRATEGIC]: strategicMerge,
}

function patcherOf({ kind, contentType }: Call): Patcher {
  const type = mediaType(contentType)
  const patcher = type === STRATEGIC && kind.custom ? undefined : PATCHERS[type]
  if (patcher !== undefined) return patcher
  const accepted = Object.keys(PATCHERS).filter(name => !(kind.custom && name === STRATEGIC))
  throw unsupportedMediaType([...accepted, APPLY])
}

/** A patch that gives no resourceVersion or uid of its own holds for whichever version it finds. */
function asSent(old: Resource, patched: unknown, call: Call) {
  if (!isFields(patched)) throw badRequest('the patched object is not an object')
  const asked = fieldValidation(call.query)
  const { object, warnings } = decode(
    call.kind,
    { ...patched, apiVersion: apiVersionOf(call.kind) },
    asked === 'Strict' ? 'Warn' : asked,
  )
  if (asked === 'Strict' && warnings.length > 0) {
    const why = `strict decoding error: ${warnings.join(', ')}`
    throw invalid(NOTHING, '', { faults: [invalidValue('patch', JSON.stringify(patched), why)] })
  }
  const { uid } = object.metadata
  if (uid !== old.metadata.uid)
    throw invalid(call.kind, call.name, {
      faults: [invalidValue('metadata.uid', uid ?? '', 'field is immutable')],
    })
  if (object.metadata.name !== old.metadata.name)
    throw badRequest(
      `the name of the object (${object.metadata.name ?? ''}) does not match the name on the URL (${call.name})`,
    )
  return { object, warnings }
}

function appliedKey({ metadata }: Resource, manager: string, subresource: string): string {
  return `${metadata.uid} ${manager} ${subresource}`
}

function applyTo(cluster: Cluster, call: Call, old: Version | undefined): Answer {
  const manager = call.query.get('fieldManager')
  if (!manager)
    throw invalid(PATCH_OPTIONS, '', { faults: [required('fieldManager', 'is required for apply patch')] })
  const body = fieldsOf(parseBody(call.text, call.contentType))
  const { object: config, warnings } = decode(call.kind, body, fieldValidation(call.query))
  const dryRun = isDryRun(call.query)
  const remember = (version: Version) => {
    if (!dryRun) cluster.applied.set(appliedKey(version.object, manager, call.subresource), config)
    return version
  }
  if (old === undefined) {
    if (call.subresource !== '') throw notFound(call.kind, call.name)
    const created = remember(createObject(cluster, call, config, dryRun))
    return { status: 201, body: present(call.kind, created), warnings }
  }
  const before = cluster.applied.get(appliedKey(old.object, manager, call.subresource))
  const merged = applyPatch(old.object, before, config)
  const sent = decode(call.kind, { ...merged, apiVersion: apiVersionOf(call.kind) }, 'Ignore').object
  const next = remember(updateObject(cluster, call, { old, sent, dryRun }))
  return { status: 200, body: present(call.kind, next), warnings }
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply */
export function modify(cluster: Cluster, call: Call): Answer {
  const { kind, namespace, name } = call
  const old = cluster.store.get(storageKey(kind), namespace, name)
  if (mediaType(call.contentType) === APPLY) return applyTo(cluster, call, old)
  const patcher = patcherOf(call)
  if (old === undefined) throw notFound(kind, name)
  const patch = parseBody(call.text, call.contentType)
  const patched = fieldsOf(patcher({ ...old.object, apiVersion: apiVersionOf(kind) }, patch))
  const { object: sent, warnings } = asSent(old.object, patched, call)
  const next = updateObject(cluster, call, { old, sent, dryRun: isDryRun(call.query) })
  return { status: 200, body: present(kind, next), warnings }
}
