// Strategic merge patch for built-in kinds, and server-side apply without field ownership.

import { type Fields, fieldsOf, isFields, isSame } from './objects.ts'

/** The field that tells the items of a list apart, by the list's name. */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['containerPort', 'port'],
  conditions: ['type'],
  ownerReferences: ['uid'],
}
/** Lists of plain values that are merged as sets. */
const SETS: readonly string[] = ['finalizers']

function keyIn(list: readonly unknown[], name: string): string | undefined {
  return MERGE_KEYS[name]?.find(key => list.every(item => isFields(item) && item[key] !== undefined))
}

function mergeList(current: readonly unknown[], patch: readonly unknown[], name: string): readonly unknown[] {
  if (SETS.includes(name)) return [...new Set([...current, ...patch])]
  const key = keyIn(patch, name)
  if (key === undefined || patch.some(item => fieldsOf(item).$patch === 'replace'))
    return patch.filter(item => fieldsOf(item).$patch === undefined)
  const merged = [...current]
  for (const item of patch) {
    const change = fieldsOf(item)
    const index = merged.findIndex(other => fieldsOf(other)[key] === change[key])
    if (change.$patch === 'delete') {
      if (index !== -1) merged.splice(index, 1)
    } else if (index === -1) merged.push(strategicMerge(undefined, change))
    else merged[index] = strategicMerge(merged[index], change)
  }
  return merged
}

function applyDirective(merged: Record<string, unknown>, directive: string, value: unknown): void {
  const [what, name = ''] = directive.split('/')
  const current = merged[name]
  if (what === '$deleteFromPrimitiveList' && Array.isArray(current) && Array.isArray(value))
    merged[name] = current.filter(item => !value.includes(item))
}

/** https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md */
export function strategicMerge(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch
  const replaces = patch.$patch === 'replace'
  const merged: Record<string, unknown> = isFields(target) && !replaces ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    const current = merged[name]
    if (name.startsWith('$')) applyDirective(merged, name, value)
    else if (value === null) delete merged[name]
    else if (Array.isArray(value))
      merged[name] = mergeList(Array.isArray(current) ? current : [], value, name)
    else merged[name] = strategicMerge(current, value)
  }
  return merged
}

function withoutGone(current: unknown, before: unknown, now: unknown, name: string): unknown {
  if (isFields(current) && isFields(before)) {
    const kept: Record<string, unknown> = { ...current }
    for (const field of Object.keys(before)) {
      const wanted = fieldsOf(now)[field]
      if (wanted === undefined) delete kept[field]
      else kept[field] = withoutGone(current[field], before[field], wanted, field)
    }
    return kept
  }
  if (Array.isArray(current) && Array.isArray(before) && Array.isArray(now)) {
    const key = keyIn(before, name)
    const identity = (item: unknown) => (key === undefined ? item : fieldsOf(item)[key])
    const has = (list: readonly unknown[], item: unknown) =>
      list.some(other => isSame(identity(other), identity(item)))
    return current.filter(item => !has(before, item) || has(now, item))
  }
  return current
}

/**
 * The object after an apply: what the same manager applied before and has left out now is removed, the rest is laid
 * over it, always by force (https://kubernetes.io/docs/reference/using-api/server-side-apply/).
 */
export function applyPatch(current: Fields, before: Fields | undefined, now: Fields): Fields {
  const kept = before === undefined ? current : withoutGone(current, before, now, '')
  return fieldsOf(strategicMerge(kept, now))
}
