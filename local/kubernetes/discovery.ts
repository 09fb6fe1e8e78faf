// Discovery: what the server serves, for kubectl and for clients that map kinds to paths.

import { apiVersionOf, type Catalog, type Kind } from './kinds.ts'

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const SUBRESOURCE_VERBS = ['get', 'patch', 'update']

/** Kinds that only answer: nothing of them is stored. */
const REVIEWS = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kinds: { selfsubjectaccessreviews: 'SelfSubjectAccessReview', subjectaccessreviews: 'SubjectAccessReview' },
}

/** The kind of review that a path names, which is always allowed. */
export function reviewAt(path: string): string | undefined {
  const prefix = `/apis/${REVIEWS.group}/${REVIEWS.version}/`
  const plural = path.startsWith(prefix) ? path.slice(prefix.length) : ''
  return Object.entries(REVIEWS.kinds).find(([name]) => name === plural)?.[1]
}

function resourceOf(kind: Kind) {
  const { plural, singular, namespaced, shortNames, categories } = kind
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind: kind.kind,
    verbs: VERBS,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  }
}

function resourcesOf(kind: Kind): readonly object[] {
  const { plural, namespaced } = kind
  const inner = { singularName: '', namespaced, verbs: SUBRESOURCE_VERBS }
  const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' }
  return [
    resourceOf(kind),
    ...(kind.status ? [{ ...inner, name: `${plural}/status`, kind: kind.kind }] : []),
    ...(kind.scale ? [{ ...inner, name: `${plural}/scale`, ...scale }] : []),
  ]
}

function reviewResources(): readonly object[] {
  return Object.entries(REVIEWS.kinds).map(([name, kind]) => ({
    name,
    singularName: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ['create'],
  }))
}

/** The versions of each group, in the order in which they were added. */
export function groupVersions(catalog: Catalog): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, Set<string>>([[REVIEWS.group, new Set([REVIEWS.version])]])
  for (const { group, version } of catalog.all())
    groups.set(group, (groups.get(group) ?? new Set<string>()).add(version))
  return new Map([...groups].map(([group, versions]) => [group, [...versions]]))
}

function groupOf(name: string, names: readonly string[]): object {
  const versions = names.map(version => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions, preferredVersion: versions[0] }
}

function resourceList(catalog: Catalog, group: string, version: string): object | undefined {
  const kinds = catalog.all().filter(kind => kind.group === group && kind.version === version)
  const isReview = group === REVIEWS.group && version === REVIEWS.version
  if (kinds.length === 0 && !isReview) return undefined
  const resources = isReview ? reviewResources() : kinds.flatMap(resourcesOf)
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group, version }),
    resources,
  }
}

const VERSION = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.0+local',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2025-08-27T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'local/node',
}

/** The document at a discovery path, or undefined where there is none (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api). */
export function discover(catalog: Catalog, path: string): object | undefined {
  const [, root, group, version, more] = path.replace(/\/$/, '').split('/')
  if (path === '/version') return VERSION
  if (root === 'api') {
    if (group === undefined) return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
    return version === undefined ? resourceList(catalog, '', group) : undefined
  }
  if (root !== 'apis' || more !== undefined) return undefined
  const groups = groupVersions(catalog)
  if (group === undefined) {
    const named = [...groups].filter(([name]) => name !== '').map(([name, names]) => groupOf(name, names))
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: named }
  }
  if (version !== undefined) return resourceList(catalog, group, version)
  const versions = groups.get(group)
  return versions && { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group, versions) }
}
