// What stands on the cluster under a function's name: deployed by us with either deployer, or somebody else's.

import type { ObjectKey } from '../../shared/kubernetes/client.ts'
import { KubernetesError } from '../../shared/kubernetes/errors.ts'
import type { KubernetesObject, Resource } from '../../shared/kubernetes/resources.ts'
import type { Deployer } from './arguments.ts'
import { FINGERPRINT } from './descriptor.ts'
import { type Conditioned, deployments, holds, knativeServices, services } from './kinds.ts'
import type { Place } from './surroundings.ts'
import { waitFor } from './waiting.ts'

interface Found {
  readonly uid: string | undefined
  readonly fingerprint: string | undefined
  readonly isReady: boolean
  readonly url: string
}

export type Standing = { readonly [deployer in Deployer]: Found | undefined }

const KIND: Readonly<Record<Deployer, Resource>> = { knative: knativeServices, raw: deployments }
const READY: Readonly<Record<Deployer, string>> = { knative: 'Ready', raw: 'Available' }
/** What func marks its objects with (knative.dev/func pkg/deployer/common.go). */
const MARK = 'boson.dev/function'

/** Reads it; throws an Error where the name is taken by something that func did not make. */
export async function findStanding(place: Place, name: string): Promise<Standing> {
  const { kubernetes, namespace } = place
  const key = { namespace, name }
  const [knative, raw, service] = await Promise.all([
    kubernetes.get<Conditioned>(knativeServices, key),
    kubernetes.get<Conditioned>(deployments, key),
    kubernetes.get<KubernetesObject>(services, key),
  ])
  refuseStranger('Knative Service', key, knative && isOurs(knative))
  refuseStranger('Deployment', key, raw && isOurs(raw))
  // Its owner is a Knative Route or a Deployment of func's; the collector takes it away with that.
  refuseStranger('Service', key, service && (isOurs(service) || isOfRoute(service)))
  return {
    knative: knative && describe(knative, 'knative', knative.status?.url ?? ''),
    raw: raw && describe(raw, 'raw', `http://${name}.${namespace}.svc.cluster.local`),
  }
}

/** Everything that func made with this deployer; nothing where the cluster has no such kind. */
export async function listStanding(
  { kubernetes, namespace }: Place,
  deployer: Deployer,
): Promise<readonly { readonly name: string; readonly uid: string | undefined }[]> {
  try {
    const labelSelector = `${MARK}=true`
    const { items } = await kubernetes.list(KIND[deployer], { namespace, labelSelector })
    return items.map(({ metadata: { name, uid } }) => ({ name, uid }))
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 404) return []
    throw error
  }
}

function isOurs({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.[MARK] === 'true'
}

function isOfRoute({ metadata }: KubernetesObject): boolean {
  return (
    metadata.ownerReferences?.some(({ apiVersion }) => apiVersion.startsWith('serving.knative.dev/')) === true
  )
}

function refuseStranger(kind: string, { namespace, name }: ObjectKey, isOurs: boolean | undefined): void {
  if (isOurs !== false) return
  throw new Error(
    `The ${kind} ${namespace}/${name} was not made by func and is in the way: rename or remove it, then deploy again.`,
  )
}

function describe(object: Conditioned, deployer: Deployer, url: string): Found {
  const { uid, annotations } = object.metadata
  return { uid, fingerprint: annotations?.[FINGERPRINT], isReady: holds(object, READY[deployer]), url }
}

/** Removes what a deployer made, and resolves when its Service is gone too: another deployer's needs the name. */
export async function removeStanding(
  { kubernetes, namespace }: Place,
  name: string,
  { deployer, uid }: { deployer: Deployer; uid: string | undefined },
): Promise<void> {
  const key = { namespace, name }
  await kubernetes.remove(KIND[deployer], { ...key, uid })
  await waitFor(`the ${KIND[deployer].kind} ${namespace}/${name} to go`, async () => {
    const left = await Promise.all([kubernetes.get(KIND[deployer], key), kubernetes.get(services, key)])
    return left.every(object => object === undefined)
  })
}
