// Writes cli/lint/fields.json, the fields that Tekton knows, from its CRDs: `node scripts/tekton-fields.ts VERSION FOLDER`, where FOLDER is config/300-crds of that release.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Shape } from '../cli/lint/fields.ts'

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
}

interface Crd {
  readonly spec: {
    readonly names: { readonly kind: string }
    readonly versions: readonly {
      readonly name: string
      readonly schema: { readonly openAPIV3Schema: Schema }
    }[]
  }
}

const [version = '', folder = ''] = process.argv.slice(2)
const LEAVES: Readonly<Record<string, Shape>> = { string: 's', integer: 'i', number: 'n', boolean: 'b' }

const objects: Record<string, Shape>[] = []
const numbers = new Map<string, number>()

/** Objects with the same fields are one. */
function keep(fields: Record<string, Shape>): number {
  const key = JSON.stringify(fields)
  const known = numbers.get(key)
  if (known !== undefined) return known
  numbers.set(key, objects.push(fields) - 1)
  return objects.length - 1
}

function shapeOf(schema: Schema): Shape {
  if (schema['x-kubernetes-preserve-unknown-fields'] || schema['x-kubernetes-int-or-string']) return '?'
  if (schema.type === 'array') return [shapeOf(schema.items ?? {})]
  if (schema.type !== 'object') return LEAVES[schema.type ?? ''] ?? '?'
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties).map(([name, inner]) => [name, shapeOf(inner)])
    return keep(Object.fromEntries(fields))
  }
  return typeof schema.additionalProperties === 'object' ? { '*': shapeOf(schema.additionalProperties) } : '?'
}

function specsOf(file: string): Map<string, Schema> {
  const { spec } = parse(readFileSync(join(folder, file), 'utf8')) as Crd
  return new Map(
    spec.versions.map(({ name, schema }) => [
      `tekton.dev/${name} ${spec.names.kind}`,
      schema.openAPIV3Schema.properties?.spec ?? {},
    ]),
  )
}

const roots: Record<string, Shape> = {}
for (const file of ['300-task.yaml', '300-stepaction.yaml'])
  for (const [kind, spec] of specsOf(file)) roots[kind] = shapeOf(spec)

/** A task's own specification is left open in the CRD: it is a Task's, and a custom task's. */
function withTaskSpec(kind: string, spec: Schema): Record<string, Shape> {
  const fields = objects[shapeOf(spec) as number] ?? {}
  const [task] = fields.tasks as readonly [number]
  const taskSpec = objects[roots[kind.replace('Pipeline', 'Task')] as number] ?? {}
  const embedded = keep({ ...taskSpec, apiVersion: 's', kind: 's', metadata: '?', spec: '?' })
  const own = keep({ ...objects[task], taskSpec: embedded })
  return { ...fields, tasks: [own], finally: [own] }
}

for (const [kind, spec] of specsOf('300-pipeline.yaml')) roots[kind] = keep(withTaskSpec(kind, spec))

const text = JSON.stringify({ tekton: version, roots, objects })
writeFileSync(new URL('../cli/lint/fields.json', import.meta.url), `${text}\n`)
console.log(`${objects.length} objects, ${text.length} bytes`)
