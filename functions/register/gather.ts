// All that a registration is decided from: the bundle, its Pipeline and its schema, read with the Playbook's own credentials.

import { BundleError } from '../../shared/bundle/error.ts'
import { type BundleObject, readObject } from '../../shared/bundle/object.ts'
import { type Bundle, readBundle } from '../../shared/bundle/read.ts'
import { type BundleSchema, readSchema } from '../../shared/bundle/schema.ts'
import { InvalidDockerConfig } from '../../shared/oci/credentials.ts'
import { RegistryError } from '../../shared/oci/error.ts'
import { InvalidReference, parseReference, type Reference } from '../../shared/oci/reference.ts'
import { createRegistry } from '../../shared/oci/registry.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import { type PullCredentials, pullCredentials } from '../../shared/playbook/pull-credentials.ts'
import type { Services } from '../../shared/runtime/function.ts'

export type Gathered =
  | {
      readonly kind: 'read'
      readonly reference: Reference
      readonly bundle: Bundle
      readonly pipeline: BundleObject
      readonly schema: BundleSchema | undefined
    }
  | { readonly kind: 'wrong'; readonly reason: string; readonly message: string; readonly mayPass: boolean }
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
  if (error instanceof RegistryError)
    return { kind: 'unavailable', reason: 'RegistryUnavailable', message: error.message }
  if (error instanceof InvalidReference)
    return {
      kind: 'wrong',
      reason: 'InvalidReference',
      message: `spec.bundle: ${error.message}`,
      mayPass: false,
    }
  if (error instanceof InvalidDockerConfig)
    return { kind: 'wrong', reason: 'InvalidPullSecret', message: error.message, mayPass: true }
  throw error
}

export async function gather(services: Services, playbook: Playbook): Promise<Gathered> {
  const { kubernetes, fetch, config } = services
  const { bundle: text, pipeline: name } = playbook.spec
  const signal = AbortSignal.timeout(DEADLINE_MS)
  let tried: Tried | undefined
  try {
    const reference = parseReference(text)
    const login = await pullCredentials(kubernetes, playbook)
    tried = { reference, login }
    const insecure = (name: string): boolean => config.plainHttpRegistries.includes(name)
    const registry = createRegistry({ fetch, credentials: login.store, insecure })
    const bundle = await readBundle(registry, reference, signal)
    const wanted = { kind: 'pipeline', ...(name === undefined ? {} : { name }), signal }
    const [pipeline, schema] = await Promise.all([
      readObject(registry, bundle, wanted),
      readSchema(registry, bundle, signal),
    ])
    return { kind: 'read', reference, bundle, pipeline, schema }
  } catch (error) {
    return await asVerdict(error, tried)
  }
}
