// All that a registration is decided from: the bundle or the image, the Pipeline and the schema, read with the Playbook's own credentials.

import { BundleError } from '../../shared/bundle/error.ts'
import { readObject } from '../../shared/bundle/object.ts'
import { readBundle } from '../../shared/bundle/read.ts'
import { readSchema } from '../../shared/bundle/schema.ts'
import { InvalidDockerConfig } from '../../shared/oci/credentials.ts'
import { RegistryError } from '../../shared/oci/error.ts'
import {
  formatReference,
  InvalidReference,
  parseReference,
  type Reference,
} from '../../shared/oci/reference.ts'
import { createRegistry, type Registry } from '../../shared/oci/registry.ts'
import type { Finding, Playbook, Release } from '../../shared/playbook/playbook.ts'
import { type PullCredentials, pullCredentials } from '../../shared/playbook/pull-credentials.ts'
import type { Services } from '../../shared/runtime/function.ts'

export interface Read {
  readonly kind: 'read'
  /** What a run is made from. */
  readonly source: Pick<Release, 'bundle' | 'image' | 'pipelineSpec'>
  /** Of the reference, which may be a version. */
  readonly tag?: string | undefined
  readonly digest: string
  /** By this name Tekton's resolver looks the Pipeline up, whatever the object in the layer calls itself. */
  readonly name: string
  readonly pipeline: Readonly<Record<string, unknown>>
  readonly schema: { readonly carrier: Release['schemaCarrier']; readonly json: unknown } | undefined
}

export interface Wrong {
  readonly kind: 'wrong'
  readonly reason: string
  readonly message: string
  readonly mayPass: boolean
  readonly findings?: readonly Finding[]
}

export type Gathered =
  | Read
  | Wrong
  | { readonly kind: 'unavailable'; readonly reason: string; readonly message: string }

/** A registry that trickles bytes must not keep a place in the background for ever. */
const DEADLINE_MS = 60_000

interface Tried {
  readonly reference: Reference
  readonly login: PullCredentials
}

/** Which of the three it is that a login can lack: the right to read it, being there, being right. */
async function hint({ reference, login }: Tried): Promise<string> {
  if (login.unread.length > 0)
    return `The function register may not read Secret ${login.unread.join(', ')}: bind the ClusterRole playbook-pull-secrets to its service account in that namespace`
  return (await login.store(reference)) === undefined
    ? `No pull secret of the Playbook or of its service account is for ${reference.registry}`
    : 'It refused the login of the pull secret: correct it, or let it pull from there'
}

/** Throws InvalidReference, with the field that is wrong. */
function referenceOf({ spec: { bundle, image } }: Playbook): Reference {
  const [field, text] = image === undefined ? ['spec.bundle', bundle] : ['spec.image', image]
  // The cluster's own rule; a world that does not know it asks here.
  if (text === undefined || (bundle !== undefined && image !== undefined))
    throw new InvalidReference('Set one of spec.bundle and spec.image.')
  try {
    return parseReference(text)
  } catch (error) {
    if (error instanceof InvalidReference) throw new InvalidReference(`${field}: ${error.message}`)
    throw error
  }
}

/** What cannot be read, as a verdict; a bug stays thrown. */
async function asVerdict(error: unknown, tried: Tried | undefined): Promise<Gathered> {
  if (error instanceof BundleError) {
    const { reason, message } = error
    return { kind: 'wrong', reason: `Bundle${reason}`, message, mayPass: reason === 'NotFound' }
  }
  if (error instanceof RegistryError && error.reason === 'unauthorized') {
    const message = tried === undefined ? error.message : `${error.message}. ${await hint(tried)}`
    return { kind: 'wrong', reason: 'RegistryUnauthorized', message, mayPass: true }
  }
  if (error instanceof RegistryError && error.reason === 'notFound')
    return { kind: 'wrong', reason: 'ImageNotFound', message: error.message, mayPass: true }
  if (error instanceof RegistryError)
    return { kind: 'unavailable', reason: 'RegistryUnavailable', message: error.message }
  if (error instanceof InvalidReference)
    return { kind: 'wrong', reason: 'InvalidReference', message: error.message, mayPass: false }
  if (error instanceof InvalidDockerConfig)
    return { kind: 'wrong', reason: 'InvalidPullSecret', message: error.message, mayPass: true }
  throw error
}

interface Place {
  readonly registry: Registry
  readonly reference: Reference
}

async function gatherBundle(
  { pipeline: name }: Playbook['spec'],
  { registry, reference }: Place,
  signal: AbortSignal,
): Promise<Read> {
  const bundle = await readBundle(registry, reference, signal)
  const wanted = { kind: 'pipeline', ...(name === undefined ? {} : { name }), signal }
  const [pipeline, schema] = await Promise.all([
    readObject(registry, bundle, wanted),
    readSchema(registry, bundle, signal),
  ])
  return {
    kind: 'read',
    source: { bundle: formatReference(bundle.reference) },
    tag: reference.tag,
    digest: bundle.digest,
    name: pipeline.entry.name,
    pipeline: pipeline.object,
    schema,
  }
}

export async function gather(services: Services, playbook: Playbook): Promise<Gathered> {
  const { kubernetes, fetch, config } = services
  const signal = AbortSignal.timeout(DEADLINE_MS)
  let tried: Tried | undefined
  try {
    const reference = referenceOf(playbook)
    const login = await pullCredentials(kubernetes, playbook)
    tried = { reference, login }
    const insecure = (name: string): boolean => config.plainHttpRegistries.includes(name)
    const place = { registry: createRegistry({ fetch, credentials: login.store, insecure }), reference }
    if (playbook.spec.image === undefined) return await gatherBundle(playbook.spec, place, signal)
    // A start without images need not load what packs one.
    const { gatherImage } = await import('./read-image.ts')
    return await gatherImage(playbook, place, signal)
  } catch (error) {
    return await asVerdict(error, tried)
  }
}
