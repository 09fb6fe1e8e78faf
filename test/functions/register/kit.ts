// What the tests of registration share: a bundle as it was read, and the Playbook that names it.

import { decideRegistration, type Registration } from '../../../functions/register/decide.ts'
import type { Gathered } from '../../../functions/register/gather.ts'
import { digestOf } from '../../../shared/oci/digest.ts'
import { formatReference, parseReference, pin } from '../../../shared/oci/reference.ts'
import type { Playbook, PlaybookSpec, PlaybookStatus } from '../../../shared/playbook/playbook.ts'

export const DIGEST = digestOf(Buffer.from('the bundle'))
export const OTHER = digestOf(Buffer.from('another bundle'))
const PINNED = `registry.example/tool@sha256:${'a'.repeat(64)}`

export const SCHEMA = {
  type: 'object',
  properties: { REPLICAS: { type: 'integer' }, MODE: { type: 'string', default: 'safe' } },
  required: ['REPLICAS'],
  additionalProperties: false,
}

/** A Pipeline that agrees with SCHEMA. */
export function pipeline(spec: object = {}, metadata: object = {}): Record<string, unknown> {
  const tasks = [{ name: 'run', taskSpec: { steps: [{ name: 's', image: PINNED, script: 'true' }] } }]
  const params = [{ name: 'REPLICAS' }, { name: 'MODE', default: 'safe' }]
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name: 'scale-down', ...metadata },
    spec: { params, tasks, ...spec },
  }
}

export interface Bundled {
  readonly tag?: string
  readonly object?: Record<string, unknown>
  /** Undefined for a bundle without one. */
  readonly schema?: Record<string, unknown> | undefined
  readonly carrier?: 'annotation' | 'layer'
  readonly entryName?: string
}

/** What `gather` answers for a bundle. */
export function read(bundled: Bundled = {}): Gathered {
  const { tag = 'v1.0.0', object = pipeline(), entryName = 'scale-down', carrier = 'annotation' } = bundled
  const json = 'schema' in bundled ? bundled.schema : SCHEMA
  const reference = parseReference(`registry.example/runbooks/scale:${tag}`)
  return {
    kind: 'read',
    source: { bundle: formatReference(pin(reference, DIGEST)) },
    tag,
    digest: DIGEST,
    name: entryName,
    pipeline: object,
    schema: json === undefined ? undefined : { carrier, json },
  }
}

export function playbook(spec: Partial<PlaybookSpec> = {}, status?: PlaybookStatus): Playbook {
  return {
    metadata: { name: 'scale-down', namespace: 'sre', uid: 'u1', generation: 3 },
    spec: { bundle: 'registry.example/runbooks/scale:v1.0.0', ...spec },
    ...(status === undefined ? {} : { status }),
  }
}

type Kind<K extends Registration['kind']> = Extract<Registration, { kind: K }>

export function registeredFrom(gathered: Gathered, of: Playbook = playbook()): Kind<'registered'> {
  const verdict = decideRegistration(of, gathered)
  if (verdict.kind !== 'registered') throw new Error(verdict.message)
  return verdict
}

export function rejectedFrom(gathered: Gathered, of: Playbook = playbook()): Kind<'rejected'> {
  const verdict = decideRegistration(of, gathered)
  if (verdict.kind !== 'rejected') throw new Error(`it is ${verdict.kind}`)
  return verdict
}
