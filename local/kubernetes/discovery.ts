// Discovery: what the server serves, for kubectl and for clients that map kinds to paths.

import { apiVersionOf, type Catalog, type Kind } from './kinds.ts'

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const SUBRESOURCE_VERBS = ['get', 'patch', 'update']

interface Reviews {
  readonly group: string
  readonly version: string
  readonly kinds: Readonly<Record<string, string>>
}

/** Kinds that only answer: nothing of them is stored. */
const REVIEWS: readonly Reviews[] = [
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kinds: {
      selfsubjectaccessreviews: 'SelfSubjectAccessReview',
      subjectaccessreviews: 'SubjectAccessReview',
    },
  },
  { group: 'authentication.k8s.io', version: 'v1', kinds: { selfsubjectreviews: 'SelfSubjectReview' } },
]

/** The kind of review that a path names. */
export function reviewAt(path: string): { kind: string; apiVersion: string } | undefined {
  for (const { group, version, kinds } of REVIEWS)
    for (const [plural, kind] of Object.entries(kinds))
      if (path === `/apis/${group}/${version}/${plural}`) return { kind, apiVersion: `${group}/${version}` }
  return undefined
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

function reviewResources(kinds: Reviews['kinds']): readonly object[] {
  return Object.entries(kinds).map(([name, kind]) => ({
    name,
    singularName: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ['create'],
  }))
}

/** The versions of each group, in the order in which they were added. */
export function groupVersions(catalog: Catalog): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, Set<string>>(
    REVIEWS.map(({ group, version }) => [group, new Set([version])]),
  )
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
  const reviews = REVIEWS.find(each => each.group === group && each.version === version)
  if (kinds.length === 0 && reviews === undefined) return undefined
  const resources = reviews === undefined ? kinds.flatMap(resourcesOf) : reviewResources(reviews.kinds)
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
