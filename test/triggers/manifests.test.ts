// The manifests hold together: who is subscribed where, what happens to the undeliverable, and who may do what.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readObjects } from '../../local/world/manifests.ts'
import { playbooks } from '../../shared/kubernetes/resources.ts'
import { brokers, FOLDER, objects, ofKind, SYSTEM, triggers } from './kit.ts'

const sink = {
  ref: { apiVersion: 'v1', kind: 'Service', name: 'deadletter' },
  uri: '/deadletter',
}

interface Subject {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}
interface Binding {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly roleRef: { readonly apiGroup: string; readonly kind: string; readonly name: string }
  readonly subjects: readonly Subject[]
} /** The kind is what makes a manifest a binding. */
const bindings = [...ofKind('RoleBinding'), ...ofKind('ClusterRoleBinding')] as unknown as readonly Binding[]
const accounts = ofKind('ServiceAccount').map(each => `${each.metadata.namespace}/${each.metadata.name}`)

/** Every value under a key, however deep. */
function valuesOf(key: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(name === key ? [inner] : []),
    ...valuesOf(key, inner),
  ])
}

describe('the kustomization', () => {
  const { resources } = parse(readFileSync(join(FOLDER, 'kustomization.yaml'), 'utf8')) as {
    resources: string[]
  }
  const files = readdirSync(FOLDER).filter(name => name.endsWith('.yaml') && name !== 'kustomization.yaml')

  it('lists every file once', () => {
    expect([...resources].sort()).toEqual(files.sort())
  })

  it('brings the namespace and the CRD before what needs them', () => {
    expect(resources.slice(0, 2)).toEqual(['namespace.yaml', 'crd-playbook.yaml'])
  })

  it.each(files)('%s begins with a comment that says what it is for', file => {
    const text = readFileSync(join(FOLDER, file), 'utf8')
    expect(text).toMatch(/^# \S/)
    expect(readObjects(text).length).toBeGreaterThan(0)
  })

  it('has no object twice', () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`)
    expect(names).toEqual([...new Set(names)])
  })
})

describe.each(triggers)('the Trigger $metadata.name', ({ metadata, spec }) => {
  it('subscribes the Service of its name, under its path, to our Broker', () => {
    expect(metadata.namespace).toBe(SYSTEM)
    expect(spec.broker).toBe('playbooks')
    expect(spec.subscriber).toEqual({
      ref: { apiVersion: 'v1', kind: 'Service', name: metadata.name },
      uri: `/${metadata.name}`,
    })
  })

  it('says how often, how long, and where what is undeliverable goes', () => {
    expect(spec.delivery).toMatchObject({
      retry: expect.any(Number),
      backoffPolicy: 'exponential',
      backoffDelay: expect.stringMatching(/^PT/),
      timeout: expect.stringMatching(/^PT\d+S$/),
      deadLetterSink: sink,
    })
  })
})

describe('the Broker', () => {
  it('is one, and keeps what it cannot deliver', () => {
    expect(brokers.map(each => `${each.metadata.namespace}/${each.metadata.name}`)).toEqual([
      `${SYSTEM}/playbooks`,
    ])
    // An address, so that the Broker is there before the functions are.
    expect(brokers[0]?.spec?.delivery?.deadLetterSink).toEqual({
      uri: `http://deadletter.${SYSTEM}.svc.cluster.local/deadletter`,
    })
  })

  it('is where every source sends', () => {
    const sources = objects.filter(each => each.apiVersion?.startsWith('sources.knative.dev/'))
    expect(sources.length).toBeGreaterThan(0)
    for (const source of sources)
      expect(valuesOf('sink', source)).toEqual([
        { ref: { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: 'playbooks' } },
      ])
  })
})

describe('who may do what', () => {
  it('every service account that is named exists', () => {
    const bound = bindings.flatMap(each => each.subjects).map(each => `${each.namespace}/${each.name}`)
    const run = objects.flatMap(each =>
      valuesOf('serviceAccountName', each)
        .filter(name => typeof name === 'string')
        .map(name => `${each.metadata.namespace}/${name}`),
    )
    for (const name of [...bound, ...run]) expect(accounts).toContain(name)
  })

  it('every account but that of the sources is a function, and every function has one', () => {
    const names = [...triggers.map(each => each.metadata.name), 'deadletter', 'source']
    expect([...accounts].sort()).toEqual(names.map(name => `${SYSTEM}/${name}`).sort())
  })

  it.each(bindings)('$kind $metadata.name binds a role that exists', ({ kind, metadata, roleRef }) => {
    const roles = ofKind(roleRef.kind).filter(
      each => roleRef.kind === 'ClusterRole' || each.metadata.namespace === metadata.namespace,
    )
    expect(roles.map(each => each.metadata.name)).toContain(roleRef.name)
    expect(roleRef.apiGroup).toBe('rbac.authorization.k8s.io')
    if (kind === 'RoleBinding') expect(metadata.namespace).toBe(SYSTEM)
  })

  it('nobody may do everything, and nobody reads secrets in the whole cluster', () => {
    const wide = bindings.filter(each => each.kind === 'ClusterRoleBinding').map(each => each.roleRef.name)
    for (const role of [...ofKind('Role'), ...ofKind('ClusterRole')]) {
      expect(valuesOf('verbs', role).flat()).not.toContain('*')
      expect(valuesOf('resources', role).flat()).not.toContain('*')
      if (wide.includes(role.metadata.name))
        expect(valuesOf('resources', role).flat()).not.toContain('secrets')
    }
  })
})

it('the CRD is that of the Playbooks that the functions read', () => {
  const [crd] = ofKind('CustomResourceDefinition')
  expect(crd?.metadata.name).toBe(`${playbooks.plural}.${playbooks.group}`)
  expect(crd).toMatchObject({
    spec: {
      group: playbooks.group,
      scope: 'Namespaced',
      names: { kind: playbooks.kind, plural: playbooks.plural },
    },
  })
})
