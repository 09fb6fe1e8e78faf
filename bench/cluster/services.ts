// Knative Services of the bench: copies of the deployed `validate`, one as it is and one that runs the bare server instead.

import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Conditioned, knativeServices } from '../../scripts/deploy/kinds.ts'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { ready } from '../../test/cluster/eventing.ts'
import { resourceOf } from './objects.ts'
import { MADE_BY, type Place } from './place.ts'

interface Container {
  readonly image: string
  readonly args?: readonly string[]
}

interface Template {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec: { readonly containers: readonly Container[] }
}

interface Service extends Conditioned {
  readonly spec: { readonly template: Template }
}

interface Copy {
  /** What follows the bench's name in its own. */
  readonly purpose: string
  /** Runs `bare.ts` in place of the functions. */
  readonly isBare: boolean
  readonly annotations: Readonly<Record<string, string>>
}

const PODS = resourceOf('v1', 'Pod')
const COPIED = 'validate'
const PAUSE_MS = 250
const PATIENCE_MS = 180_000

/** Same image by digest, resources, probes, account; what func marks its own objects with is left out. */
function copyOf(original: Service, { isBare, annotations }: Copy, bare: string): Service['spec'] {
  const { template } = original.spec
  const [container] = template.spec.containers
  if (container === undefined) throw new Error(`The Knative Service ${COPIED} has no container.`)
  const containers = [isBare ? { ...container, args: ['-e', bare] } : container]
  return {
    template: {
      metadata: { annotations: { ...template.metadata?.annotations, ...annotations } },
      spec: { ...template.spec, containers },
    },
  }
}

/** Creates the copy beside the original, and resolves with its name when it is Ready. */
export async function createCopy({ kubernetes, system, namespace }: Place, copy: Copy): Promise<string> {
  const original = await kubernetes.get<Service>(knativeServices, { namespace: system, name: COPIED })
  if (original === undefined)
    throw new Error(`There is no Knative Service ${system}/${COPIED}: run \`npm run deploy\` first.`)
  const bare = await readFile(new URL('bare.ts', import.meta.url), 'utf8')
  const name = `${namespace}-${copy.purpose}`
  const labels = { 'networking.knative.dev/visibility': 'cluster-local', [MADE_BY]: namespace }
  await kubernetes.create<Service>(knativeServices, {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { namespace: system, name, labels },
    spec: copyOf(original, copy, bare),
  })
  await ready(kubernetes, knativeServices, { namespace: system, name })
  return name
}

/** A Knative Service's name in the cluster, by which gateways know it. */
export function hostOf({ system }: Place, name: string): string {
  return `${name}.${system}.svc.cluster.local`
}

/** How many pods a Knative Service has, those that are ending included. */
export async function podsOf(kubernetes: Kubernetes, namespace: string, service: string): Promise<string[]> {
  const labelSelector = `serving.knative.dev/service=${service}`
  const { items } = await kubernetes.list(PODS, { namespace, labelSelector })
  return items.map(({ metadata }) => metadata.name)
}

/** Resolves when none of them has a pod. */
export async function atZero(
  kubernetes: Kubernetes,
  namespace: string,
  services: readonly string[],
): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const pods = await Promise.all(services.map(service => podsOf(kubernetes, namespace, service)))
    if (pods.flat().length === 0) return
    if (performance.now() > end)
      throw new Error(
        `After ${PATIENCE_MS / 1000} s there still are ${pods.flat().join(', ')}: does something else send events?`,
      )
    await sleep(PAUSE_MS)
  }
}
