// Packing a folder, and what is said of a packed bundle.

import { type PackedBundle, packBundle } from '../../shared/bundle/pack.ts'
import { ANNOTATIONS } from '../../shared/bundle/read.ts'
import { SCHEMA_ANNOTATION } from '../../shared/bundle/schema.ts'
import { parseManifest } from '../../shared/oci/manifest.ts'
import { Trouble } from '../shell.ts'
import { drawTable } from '../table.ts'
import { readBundleFolder } from './folder.ts'

export interface PackingOptions {
  readonly mediaTypes: 'docker' | 'oci'
  /** `key=value` each. */
  readonly annotate?: readonly string[]
}

export interface Packing {
  readonly packed: PackedBundle
  readonly leftOut: readonly string[]
}

function annotationsOf(given: readonly string[]): Record<string, string> {
  const pairs = given.map(text => {
    const at = text.indexOf('=')
    if (at < 1) throw new Trouble(`--annotate takes key=value, not "${text}".`)
    const key = text.slice(0, at)
    if (key === SCHEMA_ANNOTATION)
      throw new Trouble(
        `The schema comes from playbook-schema.json: leave out --annotate ${SCHEMA_ANNOTATION}.`,
      )
    return [key, text.slice(at + 1)]
  })
  return Object.fromEntries(pairs)
}

/** Throws Trouble and BundleError. */
export async function packFolder(folder: string, options: PackingOptions): Promise<Packing> {
  const { texts, schema, leftOut } = await readBundleFolder(folder)
  const annotations = annotationsOf(options.annotate ?? [])
  const { mediaTypes } = options
  const packed = packBundle({
    documents: texts,
    annotations,
    mediaTypes,
    ...(schema === undefined ? {} : { schema }),
  })
  return { packed, leftOut }
}

/** What a machine is told of a bundle. */
export function describePacking({ packed, leftOut }: Packing) {
  const manifest = parseManifest(packed.manifest, packed.mediaType)
  const layers = manifest.kind === 'image' ? manifest.layers : []
  const { [SCHEMA_ANNOTATION]: schema, ...annotations } = manifest.annotations
  return {
    digest: packed.digest,
    mediaType: packed.mediaType,
    objects: layers.map(({ annotations: said = {}, digest, size }) => ({
      kind: said[ANNOTATIONS.kind] ?? '',
      name: said[ANNOTATIONS.name] ?? '',
      apiVersion: said[ANNOTATIONS.apiVersion] ?? '',
      digest,
      size,
    })),
    schema: schema === undefined ? null : (JSON.parse(Buffer.from(schema, 'base64').toString()) as unknown),
    annotations,
    leftOut,
  }
}

export function tableOfPacking(described: ReturnType<typeof describePacking>): string {
  const { objects, schema, leftOut } = described
  const rows = objects.map(({ kind, name, apiVersion, size }) => [kind, name, apiVersion, String(size)])
  const carried = schema === null ? 'The bundle carries no parameter schema.' : undefined
  const left =
    leftOut.length === 0 ? undefined : `Left out, for they hold no Tekton object: ${leftOut.join(', ')}.`
  const table = drawTable([['KIND', 'NAME', 'VERSION', 'BYTES'], ...rows])
  return [table, '', carried, left]
    .filter(line => line !== undefined)
    .join('\n')
    .trimEnd()
}
