// Tekton's bundles resolver: from a request's parameters to the object in the registry, with Tekton's messages.

import { type BundleObject, readObject, type Wanted } from '../../shared/bundle/object.ts'
import { type Bundle, readBundle } from '../../shared/bundle/read.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { secrets, serviceAccounts } from '../../shared/kubernetes/resources.ts'
import { type CredentialStore, fromDockerConfig } from '../../shared/oci/credentials.ts'
import { RegistryError } from '../../shared/oci/error.ts'
import { InvalidReference, parseReference, type Reference } from '../../shared/oci/reference.ts'
import type { Registry } from '../../shared/oci/registry.ts'
import { textParam } from './decode.ts'
import type { Param } from './pipeline.ts'
import type { RefSource } from './run.ts'
import type { World } from './world.ts'

/** What the resolver writes into a ResolutionRequest's status. */
export interface ResolvedObject {
  readonly text: string
  readonly annotations: Readonly<Record<string, string>>
  readonly refSource: RefSource
}

interface PullSecret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>
}

interface ServiceAccount extends KubernetesObject {
  readonly imagePullSecrets?: readonly { readonly name: string }[]
}

const CONFIG_KEYS = ['.dockerconfigjson', '.dockercfg'] as const
const ANNOTATION = 'resolution.tekton.dev/dev.tekton.image.'

function parse(bundle: string): Reference {
  try {
    return parseReference(bundle)
  } catch (error) {
    if (error instanceof InvalidReference) throw new Error(`invalid bundle reference: ${error.message}`)
    throw error
  }
}

/** The pull secret named and those of the service account, in the request's namespace; what is not there is passed over, as in Tekton. */
async function credentialsFor(
  { kubernetes }: World,
  namespace: string,
  params: readonly Param[],
): Promise<CredentialStore> {
  const account = await kubernetes.get<ServiceAccount>(serviceAccounts, {
    namespace,
    name: textParam(params, 'serviceAccount') ?? 'default',
  })
  const own = textParam(params, 'secret')
  const names = [
    ...(own === undefined ? [] : [own]),
    ...(account?.imagePullSecrets ?? []).map(({ name }) => name),
  ]
  const found = await Promise.all(names.map(name => kubernetes.get<PullSecret>(secrets, { namespace, name })))
  const configs = found.flatMap(secret =>
    CONFIG_KEYS.flatMap(key => {
      const value = secret?.data?.[key]
      return value === undefined ? [] : [Buffer.from(value, 'base64').toString('utf8')]
    }),
  )
  return fromDockerConfig(configs)
}

async function read(
  registry: Registry,
  reference: Reference,
  wanted: Wanted,
): Promise<BundleObject & { readonly bundle: Bundle }> {
  const bundle = await readBundle(registry, reference, wanted.signal)
  return { bundle, ...(await readObject(registry, bundle, wanted)) }
}

/**
 * Fetches an object of a bundle (https://tekton.dev/docs/pipelines/bundle-resolver/). Throws an error whose message is
 * what Tekton writes behind `error getting "bundleresolver" …`.
 */
export async function resolveBundle(
  world: World,
  namespace: string,
  params: readonly Param[],
): Promise<ResolvedObject> {
  const bundleText = textParam(params, 'bundle')
  if (bundleText === undefined) throw new Error('parameter "bundle" required')
  const reference = parse(bundleText)
  const name = textParam(params, 'name')
  if (name === undefined) throw new Error('parameter "name" required')
  const kind = textParam(params, 'kind') ?? 'task'
  const registry = world.openRegistry(await credentialsFor(world, namespace, params))
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(60_000)])
  const { bundle, text, entry } = await read(registry, reference, { kind, name, signal }).catch(error => {
    throw error instanceof RegistryError
      ? new Error(`cannot retrieve the oci image: ${error.message}`, { cause: error })
      : error
  })
  return {
    text,
    annotations: {
      [`${ANNOTATION}kind`]: entry.kind,
      [`${ANNOTATION}name`]: entry.name,
      [`${ANNOTATION}apiVersion`]: entry.apiVersion,
    },
    refSource: {
      uri: `${reference.registry}/${reference.repository}`,
      digest: { sha256: bundle.digest.replace('sha256:', '') },
      entryPoint: name,
    },
  }
}
