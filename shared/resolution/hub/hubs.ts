// The two kinds of hub: where each keeps what, and how its answers read.

import { parse as parseYaml } from 'yaml'
import { parseHttpUrl, withoutEndSlashes } from '../ask.ts'
import { ResolutionError } from '../error.ts'
import type { Settings } from '../resolver.ts'

export interface Package {
  readonly kind: string
  readonly catalog: string
  readonly name: string
}

export interface Hub {
  /** As errors call it. */
  readonly title: string
  /** The key of the ConfigMap that lists the hubs, and the variable that names one. */
  readonly urlsKey: string
  readonly urlVariable: string
  readonly fallbackUrl: string
  /** Paths below a hub's URL; every segment is escaped. */
  readonly versionsPath: (wanted: Package) => string
  readonly objectPath: (wanted: Package, version: string) => string
  /** The hub's own spelling of a version. */
  readonly spell: (version: string) => string
  readonly versionsIn: (answer: unknown) => readonly string[]
  readonly objectIn: (answer: unknown) => unknown
}

/** One segment of a path; a segment of dots would climb, however it is escaped. */
function segment(text: string): string {
  if (text === '' || /^\.{1,2}$/.test(text))
    throw new ResolutionError(`"${text}" is no name of a package, a catalog or a version`)
  return encodeURIComponent(text)
}

function join(...segments: readonly string[]): string {
  return segments.map(segment).join('/')
}

function get(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

function versionsOf(list: unknown): string[] {
  if (!Array.isArray(list)) return []
  return list
    .filter(entry => get(entry, 'prerelease') !== true)
    .map(entry => get(entry, 'version'))
    .filter(version => typeof version === 'string')
}

const parts = (version: string): string[] => version.split('.')

export const HUBS: Readonly<Record<string, Hub>> = {
  /** https://artifacthub.io/docs/api/ */
  artifact: {
    title: 'Artifact Hub',
    urlsKey: 'artifact-hub-urls',
    urlVariable: 'ARTIFACT_HUB_API',
    fallbackUrl: 'https://artifacthub.io',
    versionsPath: ({ kind, catalog, name }) => `api/v1/packages/${join(`tekton-${kind}`, catalog, name)}`,
    objectPath: ({ kind, catalog, name }, version) =>
      `api/v1/packages/${join(`tekton-${kind}`, catalog, name, version)}`,
    spell: version => (parts(version).length === 2 ? `${version}.0` : version),
    versionsIn: answer => versionsOf(get(answer, 'available_versions')),
    objectIn: answer => get(get(answer, 'data'), 'manifestRaw'),
  },
  /** https://github.com/tektoncd/hub, which is no longer run in public. */
  tekton: {
    title: 'Tekton Hub',
    urlsKey: 'tekton-hub-urls',
    urlVariable: 'TEKTON_HUB_API',
    fallbackUrl: '',
    versionsPath: ({ kind, catalog, name }) => `v1/resource/${join(catalog, kind, name)}`,
    objectPath: ({ kind, catalog, name }, version) =>
      `v1/resource/${join(catalog, kind, name, version)}/yaml`,
    spell: version => parts(version).slice(0, 2).join('.'),
    versionsIn: answer => versionsOf(get(get(answer, 'data'), 'versions')),
    objectIn: answer => get(get(answer, 'data'), 'yaml'),
  },
}

/** A hub's URL without the slash at its end. Throws ResolutionError, with Tekton's words. */
export function parseHubUrl(text: string): string {
  if (!URL.canParse(text)) throw new ResolutionError(`url must be a valid absolute URL: ${text}`)
  const url = parseHttpUrl(text)
  if (url === undefined || url.search !== '' || url.hash !== '')
    throw new ResolutionError(
      `url must use http or https scheme: ${new URL(text).protocol}//${new URL(text).host}`,
    )
  return withoutEndSlashes(url.href)
}

/** The hubs to ask, in order: those of the ConfigMap (a YAML list), else that of the environment. */
export function urlsOf(
  hub: Hub,
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  const listed: unknown = parseYaml(settings[hub.urlsKey] ?? '')
  if (listed !== null && !(Array.isArray(listed) && listed.every(each => typeof each === 'string')))
    throw new ResolutionError(`${hub.urlsKey} of the hub resolver's ConfigMap must be a YAML list of URLs`)
  const urls = listed ?? []
  const other = environment[hub.urlVariable] || hub.fallbackUrl
  return (urls.length > 0 ? urls : [other].filter(url => url !== '')).map(url => parseHubUrl(url.trim()))
}
