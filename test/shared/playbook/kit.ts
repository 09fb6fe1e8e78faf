// What the tests about Playbooks share: registered ones, and the releases they remember.

import type { Playbook, PlaybookSpec, Release } from '../../../shared/playbook/playbook.ts'

/** A digest that can be told from another at a glance: `digest('a')` is `sha256:aaaa…`. */
export function digest(letter: string): `sha256:${string}` {
  return `sha256:${letter.repeat(64)}`
}

export function release(version: string, letter: string, more: Partial<Release> = {}): Release {
  return {
    version,
    digest: digest(letter),
    bundle: `registry.example/runbooks/scale@${digest(letter)}`,
    pipeline: 'scale-down',
    schema: { type: 'object', properties: {} },
    schemaDigest: digest('f'),
    schemaCarrier: 'annotation',
    params: [],
    registeredAt: '2026-01-01T00:00:00.000Z',
    ...more,
  }
}

interface Registered {
  readonly namespace?: string
  readonly spec?: Partial<PlaybookSpec>
  /** The newest first. */
  readonly history?: readonly Release[]
}

/** A Playbook that was registered and may run. */
export function registered(name: string, { namespace = 'sre', spec, history }: Registered = {}): Playbook {
  const releases = history ?? [release('1.0.0', 'a')]
  const [current] = releases
  return {
    apiVersion: 'playbook.kubernaut.io/v1alpha1',
    kind: 'Playbook',
    metadata: { name, namespace, uid: `uid-of-${name}`, generation: 1, resourceVersion: '1' },
    spec: { bundle: `registry.example/runbooks/${name}:v1.0.0`, ...spec },
    status: {
      ...current,
      history: releases,
      observedGeneration: 1,
      conditions: [{ type: 'Ready', status: 'True', reason: 'Registered', observedGeneration: 1 }],
    },
  }
}

/** One that was never registered, with what its condition says. */
export function unregistered(name: string, message?: string): Playbook {
  const { status: _, ...playbook } = registered(name)
  if (message === undefined) return playbook
  const conditions = [{ type: 'Ready', status: 'False', reason: 'NoVersion', message }] as const
  return { ...playbook, status: { observedGeneration: 1, conditions } }
}

/** A registered one whose newest spec was rejected since. */
export function rejectedSince(playbook: Playbook, message: string): Playbook {
  const conditions = [{ type: 'Ready', status: 'False', reason: 'VersionMoved', message }] as const
  return { ...playbook, status: { ...playbook.status, observedGeneration: 2, conditions } }
}
