// The manifests of `triggers/resolution`: one source, one account and the least rights for each type of request.

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ApiServerSource } from '../../local/sources/objects.ts'
import { selectorText } from '../../local/sources/objects.ts'
import { readKustomization } from '../../local/world/manifests.ts'
import { RESOLVER_LABEL } from '../../scripts/deploy/resolvers.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { labelsOf, TYPE_LABEL } from '../../shared/resolution/request.ts'
import { RESOLVERS } from '../../shared/resolution/resolvers.ts'
import { objects as base, FOLDER, SYSTEM } from './kit.ts'

interface Rule {
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}
interface Role extends KubernetesObject {
  readonly rules: readonly Rule[]
}
interface Binding extends KubernetesObject {
  readonly roleRef: { readonly name: string }
  readonly subjects: readonly { readonly name: string; readonly namespace: string }[]
}
interface Policy extends KubernetesObject {
  readonly spec: { readonly matchConstraints?: unknown }
}
interface Source extends ApiServerSource, KubernetesObject {
  readonly metadata: KubernetesObject['metadata']
  readonly spec: ApiServerSource['spec'] & { readonly serviceAccountName: string; readonly sink: unknown }
}

const objects = await readKustomization(join(FOLDER, 'resolution'))
/** The kind is what makes a manifest one of these. */
const ofKind = <T>(kind: string): T[] => objects.filter(each => each.kind === kind) as unknown as T[]
const sources = ofKind<Source>('ApiServerSource')
const accounts = ofKind<KubernetesObject>('ServiceAccount')
const types = accounts.flatMap(({ metadata }) => metadata.labels?.[RESOLVER_LABEL] ?? [])

/** Every rule that an account has. */
function rulesOf(account: string): Rule[] {
  const roles = ofKind<Binding>('ClusterRoleBinding')
    .filter(({ subjects }) => subjects.some(({ name }) => name === account))
    .map(({ roleRef }) => roleRef.name)
  return ofKind<Role>('ClusterRole')
    .filter(({ metadata }) => roles.includes(metadata.name))
    .flatMap(({ rules }) => rules)
}

const reach = (account: string): string[] =>
  rulesOf(account)
    .flatMap(({ resources, verbs }) => resources.map(resource => `${verbs.join(',')} ${resource}`))
    .sort()

it('has every resolver that a cluster may use', () => {
  // The local world alone reads files.
  const deployable = Object.keys(RESOLVERS).filter(type => type !== 'disk')
  for (const type of deployable) expect(types).toContain(type)
  expect(sources.map(({ metadata }) => metadata.name).sort()).toEqual(
    types.map(type => `resolve-${type}`).sort(),
  )
})

it('names nothing that the triggers have already, and nothing twice', () => {
  const names = [...base, ...objects].map(
    ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
  )
  expect(names).toEqual([...new Set(names)])
})

describe.each(sources)('the source $metadata.name', ({ metadata, spec }) => {
  const type = metadata.name.replace('resolve-', '')

  it('sends the requests of its type, under every name of it, straight to its function', () => {
    expect(spec).toMatchObject({
      serviceAccountName: 'resolution-source',
      mode: 'Resource',
      namespaceSelector: {},
      sink: {
        ref: { apiVersion: 'v1', kind: 'Service', name: metadata.name, namespace: SYSTEM },
        uri: '/resolve',
      },
    })
    const [{ selector = {}, ...resource } = { kind: '' }, ...others] = spec.resources
    expect(others).toEqual([])
    expect(resource).toEqual({ apiVersion: 'resolution.tekton.dev/v1beta1', kind: 'ResolutionRequest' })
    expect(selectorText(selector)).toBe(`${TYPE_LABEL} in (${labelsOf([type]).join(',')})`)
  })

  it('wakes what runs under an account of its own', () => {
    const account = accounts.find(each => each.metadata.name === metadata.name)
    expect(account?.metadata).toMatchObject({ namespace: SYSTEM, labels: { [RESOLVER_LABEL]: type } })
  })
})

it('keeps others from failing requests for playbooks', () => {
  const [policy] = ofKind<Policy>('ValidatingAdmissionPolicy')
  expect(policy?.spec.matchConstraints).toEqual({
    objectSelector: { matchLabels: { [TYPE_LABEL]: 'playbook' } },
    resourceRules: [
      {
        apiGroups: ['resolution.tekton.dev'],
        apiVersions: ['*'],
        resources: ['resolutionrequests/status'],
        operations: ['UPDATE'],
      },
    ],
  })
  const [binding] = ofKind<Policy>('ValidatingAdmissionPolicyBinding')
  expect(binding?.spec).toEqual({ policyName: policy?.metadata.name, validationActions: ['Deny'] })
})

describe('what a resolver may do', () => {
  const common = [
    'create events',
    'get configmaps',
    'get,list,watch resolutionrequests',
    'patch,update resolutionrequests/status',
  ]
  const own: Readonly<Record<string, readonly string[]>> = {
    bundles: ['get serviceaccounts'],
    cluster: ['get pipelines', 'get stepactions', 'get tasks'],
    playbook: ['get serviceaccounts', 'get,list playbooks'],
  }

  it.each(types)('%s: what all may, and what it fetches with', type => {
    expect(reach(`resolve-${type}`)).toEqual([...common, ...(own[type] ?? [])].sort())
  })

  it('reads only the ConfigMaps that are its settings', () => {
    const [rule] = rulesOf('resolve-bundles').filter(({ resources }) => resources.includes('configmaps'))
    const known = Object.values(RESOLVERS).map(({ configMap }) => configMap)
    for (const name of known.filter(each => each !== 'disk-resolver-config'))
      expect(rule?.resourceNames).toContain(name)
    expect(rule?.resourceNames).toEqual(
      expect.arrayContaining(['resolvers-feature-flags', 'config-defaults', 'resolver-cache-config']),
    )
  })

  it('the sources see requests and nothing else', () => {
    expect(reach('resolution-source')).toEqual(['get,list,watch resolutionrequests'])
  })
})
