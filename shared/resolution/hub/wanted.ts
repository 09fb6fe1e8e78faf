// What is wanted from which hub: the parameters, the defaults of the ConfigMap, and Tekton's messages.

import { ResolutionError } from '../error.ts'
import { type Params, textParam } from '../params.ts'
import type { Settings } from '../resolver.ts'
import { HUBS, type Hub, type Package, parseHubUrl, urlsOf } from './hubs.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Wanted extends Package {
  readonly hub: Hub
  readonly version: string
  readonly urls: readonly string[]
}

/** What Tekton ships in the ConfigMap. */
const DEFAULTS: Settings = {
  'default-type': 'artifact',
  'default-kind': 'task',
  'default-tekton-hub-catalog': 'Tekton',
  'default-artifact-hub-task-catalog': 'tekton-catalog-tasks',
  'default-artifact-hub-pipeline-catalog': 'tekton-catalog-pipelines',
}
const KINDS: readonly string[] = ['task', 'pipeline', 'stepaction']

function invalid(rule: string): ResolutionError {
  return new ResolutionError(`failed to validate params: ${rule}`)
}

function catalogOf(type: string, kind: string, settings: Settings): string {
  if (type === 'tekton') return settings['default-tekton-hub-catalog'] ?? ''
  const catalog = settings[`default-artifact-hub-${kind}-catalog`]
  if (catalog !== undefined) return catalog
  throw new ResolutionError(
    `failed to populate default params: failed to resolve catalog name with kind: ${kind}`,
  )
}

/** Reads and checks the parameters, with the defaults of the ConfigMap. Throws ResolutionError. */
export function wantedOf(params: Params, given: Settings, environment: Environment): Wanted {
  const settings = { ...DEFAULTS, ...given }
  const type = textParam(params, 'type') ?? settings['default-type'] ?? ''
  const kind = textParam(params, 'kind') ?? settings['default-kind'] ?? ''
  const hub = Object.hasOwn(HUBS, type) ? HUBS[type] : undefined
  if (hub === undefined) throw invalid('type param must be artifact or tekton')
  if (!KINDS.includes(kind)) throw invalid(`kind param must be one of: ${KINDS.join(', ')}`)
  const name = textParam(params, 'name')
  const version = textParam(params, 'version')
  const missing = Object.entries({ name, version }).flatMap(([key, value]) =>
    value === undefined ? [key] : [],
  )
  if (name === undefined || version === undefined)
    throw invalid(`missing required hub resolver params: ${missing.join(', ')}`)
  const catalog = textParam(params, 'catalog') ?? catalogOf(type, kind, settings)
  const url = textParam(params, 'url')
  const urls = url === undefined ? urlsOf(hub, settings, environment) : [own(url)]
  if (urls.length === 0) throw invalid(`please configure ${hub.urlVariable} env variable to use ${type} type`)
  const wanted = { hub, kind, catalog, name, version, urls }
  // Each segment is judged before anybody is asked.
  hub.objectPath(wanted, version)
  return wanted
}

function own(url: string): string {
  try {
    return parseHubUrl(url)
  } catch (error) {
    throw error instanceof ResolutionError ? invalid(`invalid url param: ${error.message}`) : error
  }
}
