// Objects as `kubectl get` prints them: a Table with the columns of their kind.

import type { Call } from './cluster.ts'
import { compile } from './jsonpath.ts'
import { apiVersionOf, type Column, type Kind } from './kinds.ts'
import type { Resource } from './objects.ts'
import type { Version } from './store.ts'

const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  jsonPath: '.metadata.name',
  description: 'Name must be unique within a namespace.',
}
const AGE: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }

export function wantsTable(accept: string): boolean {
  return accept.includes('as=Table')
}

/** Two units while the duration is short, one when it is long, as `kubectl` shows ages. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  const years = Math.floor(days / 365)
  const both = (large: string, small: number, unit: string) =>
    small === 0 ? large : `${large}${small}${unit}`
  if (seconds < -1) return '<invalid>'
  if (seconds < 120) return `${Math.max(seconds, 0)}s`
  if (minutes < 10) return both(`${minutes}m`, seconds % 60, 's')
  if (hours < 3) return `${minutes}m`
  if (hours < 8) return both(`${hours}h`, minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  if (days < 8) return both(`${days}d`, hours % 24, 'h')
  if (years < 2) return `${days}d`
  return years < 8 ? both(`${years}y`, days % 365, 'd') : `${years}y`
}

function printed(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function cell(
  column: Column,
  { object, now, custom }: { object: Resource; now: Date; custom: boolean },
): unknown {
  if (column.jsonPath.startsWith('#')) {
    const [counted] = compile(column.jsonPath.slice(1))(object)
    return Object.keys(counted ?? {}).length
  }
  const found = compile(column.jsonPath)(object)
  const [first] = found
  if (first === undefined) return null
  if (column.type === 'date') {
    const time = Date.parse(String(first))
    return Number.isNaN(time) ? '<unknown>' : humanDuration(now.getTime() - time)
  }
  if (column.type !== 'string') return first
  // Of what a custom resource's path finds, the API server shows the first only.
  return (custom ? [first] : found).map(printed).join(' ')
}

function columnsOf({ columns, custom }: Kind): readonly Column[] {
  const dated = custom || columns.some(column => column.jsonPath === AGE.jsonPath)
  return [NAME, ...columns, ...(dated ? [] : [AGE])]
}

function included(version: Version, call: Call): Record<string, unknown> {
  const include = call.query.get('includeObject') ?? 'Metadata'
  if (include === 'None') return {}
  const { object } = version
  if (include === 'Object') return { object: { ...object, apiVersion: apiVersionOf(call.kind) } }
  const { metadata } = object
  return { object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata } }
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export function tableOf(call: Call, versions: readonly Version[], now: Date): Record<string, unknown> {
  const columns = columnsOf(call.kind)
  const { custom } = call.kind
  return {
    kind: 'Table',
    apiVersion:
      call.accept.includes('v=v1;') || !call.accept.includes('v=v1beta1')
        ? 'meta.k8s.io/v1'
        : 'meta.k8s.io/v1beta1',
    columnDefinitions: columns.map(({ name, type, format = '', description = '', priority = 0 }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows: versions.map(version => ({
      cells: columns.map(column => cell(column, { object: version.object, now, custom })),
      ...included(version, call),
    })),
  }
}
