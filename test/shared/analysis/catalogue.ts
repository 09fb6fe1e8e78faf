// The 20 workflows as registered Playbooks, with and without the aliases of the map.

import { readdirSync, readFileSync } from 'node:fs'
import type { Json } from '../../../shared/analysis/document.ts'
import { digestOf } from '../../../shared/oci/digest.ts'
import { compileParameters } from '../../../shared/parameters/compile.ts'
import type { CompiledParameters } from '../../../shared/parameters/parameters.ts'
import type { PipelineParam, Playbook, Release } from '../../../shared/playbook/playbook.ts'
import { type ImportedPlaybook, importWorkflow } from '../../../shared/workflow/import.ts'

const data = new URL('../../data/', import.meta.url)

/** One line of the map: which workflow judges an analysis, and under which aliases. */
export interface Mapping {
  readonly workflow: string | null
  readonly fit?: 'same' | 'stand-in'
  readonly aliases?: readonly string[]
  readonly why: string
}

export interface CatalogueEntry {
  readonly file: string
  readonly imported: ImportedPlaybook
  readonly playbook: Playbook
  readonly compiled: CompiledParameters
  readonly params: readonly PipelineParam[]
}

export function filesIn(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, data)).sort()
}

export function readText(path: string): string {
  return readFileSync(new URL(path, data), 'utf8')
}

export function readMap(): Record<string, Mapping> {
  return JSON.parse(readText('map/analyses.json'))
}

/** A wrapped workflow's own params; of a bundle, which is in a registry, those that its schema declares. */
function paramsOf(imported: ImportedPlaybook, compiled: CompiledParameters): PipelineParam[] {
  const spec = imported.pipeline?.spec as
    | { params: { name: string; type: 'string'; default?: string }[] }
    | undefined
  if (spec === undefined) return compiled.flat.map(({ name }) => ({ name, type: 'string', hasDefault: true }))
  return spec.params.map(param => ({
    name: param.name,
    type: param.type,
    hasDefault: param.default !== undefined,
  }))
}

function register(
  imported: ImportedPlaybook,
  aliases: readonly string[],
  params: readonly PipelineParam[],
): Playbook {
  const { playbook, schema } = imported
  const { bundle = '', version = '', pipeline = '' } = playbook.spec
  const digest = bundle.split('@')[1] ?? digestOf(Buffer.from(JSON.stringify(imported.pipeline)))
  const release: Release = {
    version,
    digest,
    bundle,
    pipeline,
    schema,
    schemaDigest: digestOf(Buffer.from(JSON.stringify(schema))),
    schemaCarrier: 'annotation',
    params,
    registeredAt: '2026-01-01T00:00:00Z',
  }
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'Registered',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  } as const
  return {
    ...playbook,
    spec: { ...playbook.spec, aliases: [...(playbook.spec.aliases ?? []), ...aliases] },
    status: { digest, version, history: [release], conditions: [ready] },
  }
}

/** All 20; with a map, each under the aliases of all analyses that it judges. */
export function readCatalogue(map: Readonly<Record<string, Mapping>> = {}): CatalogueEntry[] {
  return filesIn('workflows').map(file => {
    const imported = importWorkflow(readText(`workflows/${file}`))
    const compiled = compileParameters(imported.schema)
    if (!compiled.ok) throw new Error(`${file}: ${JSON.stringify(compiled.errors)}`)
    const params = paramsOf(imported, compiled)
    const mapped = Object.values(map).filter(mapping => mapping.workflow === file)
    const aliases = [...new Set(mapped.flatMap(mapping => mapping.aliases ?? []))]
    return { file, imported, compiled, params, playbook: register(imported, aliases, params) }
  })
}

export function readAnalysis(file: string): Json | string {
  return JSON.parse(readText(`analyses/${file}`))
}
