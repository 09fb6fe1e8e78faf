// The parameter schema that travels with a bundle: in a manifest annotation, or in a layer of its own kind.

import type { Pull } from '../oci/registry.ts'
import { BundleError } from './error.ts'
import { stringifyLikeGo } from './json.ts'
import type { Source } from './object.ts'
import { readEntry } from './object.ts'
import type { Bundle } from './read.ts'

export interface BundleSchema {
  readonly carrier: 'annotation' | 'layer'
  /** JSON. */
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
}

/** A manifest annotation: JSON, or its base64 because `tkn bundle push --annotate` splits values at commas. */
export const SCHEMA_ANNOTATION = 'io.kubernaut.playbook.schema'
/** The `dev.tekton.image.kind` of a layer that holds a schema. */
export const SCHEMA_KIND = 'playbookschema'

/**
 * Reads the schema of a bundle, if it carries one. Both carriers may be there when they say the same; which draft it is, and whether
 * it compiles, is decided elsewhere. Throws BundleError `SchemaConflict` or `InvalidSchema`, and what readEntry throws.
 */
export async function readSchema(
  registry: Pull,
  bundle: Bundle,
  signal?: AbortSignal,
): Promise<BundleSchema | undefined> {
  const annotated = readAnnotation(bundle.annotations[SCHEMA_ANNOTATION])
  const layered = await readLayers({ registry, bundle, signal })
  const schemas = annotated === undefined ? layered : [annotated, ...layered]
  if (new Set(schemas.map(({ json }) => stringifyLikeGo(json))).size > 1) {
    const message = `the bundle carries ${schemas.length} different schemas (${SCHEMA_ANNOTATION} and kind ${SCHEMA_KIND}): keep one`
    throw new BundleError('SchemaConflict', message)
  }
  return schemas[0]
}

/** The annotation's value for a schema. */
export function encodeSchema(text: string): string {
  parseSchema(text, 'the schema')
  return Buffer.from(text, 'utf8').toString('base64')
}

function readAnnotation(value: string | undefined): BundleSchema | undefined {
  if (value === undefined) return undefined
  const plain = value.trimStart().startsWith('{')
  const text = plain ? value : Buffer.from(value, 'base64').toString('utf8')
  return { carrier: 'annotation', text, json: parseSchema(text, `the annotation ${SCHEMA_ANNOTATION}`) }
}

async function readLayers(source: Source): Promise<BundleSchema[]> {
  const entries = source.bundle.entries.filter(({ kind }) => kind === SCHEMA_KIND)
  return Promise.all(
    entries.map(async entry => {
      const text = await readEntry(source, entry)
      return { carrier: 'layer', text, json: parseSchema(text, `the layer ${entry.name}`) } as const
    }),
  )
}

function parseSchema(text: string, where: string): Record<string, unknown> {
  const value = tryParse(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new BundleError('InvalidSchema', `${where} is not a JSON object`)
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
