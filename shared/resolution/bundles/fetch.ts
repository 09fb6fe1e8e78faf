// One object out of a bundle, with the pull secrets of the request; a registry's client is kept per set of credentials.

import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { BundleError } from '../../bundle/error.ts'
import { readObject } from '../../bundle/object.ts'
import { readBundle } from '../../bundle/read.ts'
import { fromDockerConfig, InvalidDockerConfig } from '../../oci/credentials.ts'
import { RegistryError } from '../../oci/error.ts'
import type { Reference } from '../../oci/reference.ts'
import { createRegistry, type Registry } from '../../oci/registry.ts'
import { ResolutionError } from '../error.ts'
import type { PullSource, RefSource, Resolved, ResolverRequest } from '../resolver.ts'
import type { Tools } from '../resolvers.ts'
import { checkSignatures } from './signatures.ts'

export interface Entry {
  readonly reference: Reference
  readonly kind: string
  readonly name: string
  readonly pull: PullSource
}

/** Fetches with one request's credentials, what is signed as its settings want it. Throws ResolutionError. */
export interface BundleFetcher {
  fetch(entry: Entry, request: Asking, signal: AbortSignal): Promise<Resolved>
}

type Asking = Pick<ResolverRequest, 'secrets' | 'settings'>

type BundleTools = Pick<Tools, 'fetch' | 'plainHttpRegistries'>

const MOST_CLIENTS = 100
const ANNOTATION = 'dev.tekton.image.'
/** The framework repeats, and for longer. */
const ONCE = { retries: 0, pause: 0 }

function asResolutionError(error: unknown): unknown {
  if (error instanceof BundleError) return new ResolutionError(error.message, { cause: error })
  if (error instanceof InvalidDockerConfig) return new ResolutionError(error.message)
  if (!(error instanceof RegistryError)) return error
  const { reason, message, retryAfter } = error
  const mayPass = reason === 'unavailable'
  return new ResolutionError(`cannot retrieve the oci image: ${message}`, {
    mayPass,
    retryAfter,
    cause: error,
  })
}

/** Clients remember tokens and schemes, so that a later request needs no more than the manifest. */
function createClients(tools: BundleTools): (configs: readonly string[]) => Registry {
  const clients = new LRUCache<string, Registry>({ max: MOST_CLIENTS })
  const insecure = (registry: string): boolean => tools.plainHttpRegistries.includes(registry)
  return configs => {
    const key = createHash('sha256').update(JSON.stringify(configs)).digest('hex')
    const known = clients.get(key)
    if (known !== undefined) return known
    const credentials = fromDockerConfig(configs)
    const client = createRegistry({ fetch: tools.fetch, credentials, insecure, retry: ONCE })
    clients.set(key, client)
    return client
  }
}

export function createBundleFetcher(tools: BundleTools): BundleFetcher {
  const clientFor = createClients(tools)

  async function fetch(entry: Entry, { secrets, settings }: Asking, signal: AbortSignal) {
    const { reference, kind, name, pull } = entry
    const registry = clientFor(await secrets.pullConfigs(pull))
    const bundle = await readBundle(registry, reference, signal)
    await checkSignatures(settings, { registry, reference, bundle, signal })
    const { text, entry: found } = await readObject(registry, bundle, { kind, name, signal })
    const annotations = {
      [`${ANNOTATION}kind`]: found.kind,
      [`${ANNOTATION}name`]: found.name,
      [`${ANNOTATION}apiVersion`]: found.apiVersion,
    }
    const refSource: RefSource = {
      uri: `${reference.registry}/${reference.repository}`,
      digest: { sha256: bundle.digest.replace('sha256:', '') },
      entryPoint: name,
    }
    if (reference.digest !== undefined)
      return { data: text, annotations, refSource, holds: 'forever' as const }
    const holds: Resolved['holds'] = async (request, later) => {
      const client = clientFor(await request.secrets.pullConfigs(pull))
      return (await client.resolve(reference, later)).digest === bundle.target
    }
    return { data: text, annotations, refSource, holds }
  }

  return {
    async fetch(entry, request, signal) {
      try {
        return await fetch(entry, request, signal)
      } catch (error) {
        throw asResolutionError(error)
      }
    },
  }
}
