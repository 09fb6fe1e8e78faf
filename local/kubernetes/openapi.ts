// As much OpenAPI as kubectl asks for before it lets the server validate: which paths take `fieldValidation`.

import { groupVersions } from './discovery.ts'
import { apiVersionOf, type Catalog, type Kind } from './kinds.ts'

const INFO = { title: 'Kubernetes', version: 'v1.34.0' }

function rootOf(group: string, version: string): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`
}

function index(catalog: Catalog): object {
  const paths: Record<string, object> = {}
  for (const [group, versions] of groupVersions(catalog)) {
    for (const version of versions) {
      const root = rootOf(group, version)
      paths[root] = { serverRelativeURL: `/openapi/v3/${root}` }
    }
  }
  return { paths }
}

function pathItem({ group, version, kind }: Kind): object {
  const parameter = (name: string) => ({ name, in: 'query', schema: { type: 'string' } })
  return {
    patch: {
      parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(parameter),
      responses: { 200: { description: 'OK' } },
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group, version, kind },
    },
  }
}

function document(catalog: Catalog, root: string): object | undefined {
  const kinds = catalog.all().filter(kind => rootOf(kind.group, kind.version) === root)
  if (kinds.length === 0) return undefined
  const paths = kinds.map(kind => {
    const scope = kind.namespaced ? 'namespaces/{namespace}/' : ''
    return [`/${root}/${scope}${kind.plural}/{name}`, pathItem(kind)] as const
  })
  const schemas = kinds.map(kind => {
    const { group, version } = kind
    const type = { group, version, kind: kind.kind }
    const schema = { type: 'object', ...kind.schema, 'x-kubernetes-group-version-kind': [type] }
    return [`${apiVersionOf(kind).replaceAll('/', '.')}.${kind.kind}`, schema] as const
  })
  const components = { schemas: Object.fromEntries(schemas) }
  return { openapi: '3.0.0', info: INFO, paths: Object.fromEntries(paths), components }
}

/** The document at an OpenAPI path (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-interface-definition). */
export function openApi(catalog: Catalog, path: string): object | undefined {
  if (path === '/openapi/v3') return index(catalog)
  if (path === '/openapi/v2') return { swagger: '2.0', info: INFO, paths: {}, definitions: {} }
  const prefix = '/openapi/v3/'
  return path.startsWith(prefix) ? document(catalog, path.slice(prefix.length)) : undefined
}
