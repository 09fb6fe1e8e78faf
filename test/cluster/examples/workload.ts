// A Deployment `my-app` for an example to mend, and what can be seen of it.

import type { KubernetesObject } from '../../../shared/kubernetes/resources.ts'
import { eventually } from '../../journeys/stage.ts'
import { testImage } from '../cluster.ts'
import { kubectl } from '../kubectl.ts'

const NAME = 'my-app'

export interface Wish {
  readonly replicas?: number
  /** What its container runs; sleeps without one. */
  readonly script?: string
  /** More of the container. */
  readonly container?: object
  /** More of the pod. */
  readonly pod?: object
}

export function apply(...objects: readonly object[]): void {
  for (const object of objects) kubectl(['apply', '-f', '-'], JSON.stringify(object))
}

/** Its pods end at once, and never two generations at a time. */
export function workload(namespace: string, wish: Wish = {}): KubernetesObject {
  const { replicas = 1, script = 'sleep 3600', container, pod } = wish
  const labels = { app: NAME }
  const worker = { name: 'worker', image: testImage(), command: ['sh', '-c', script], ...container }
  const spec = { terminationGracePeriodSeconds: 0, containers: [worker], ...pod }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: NAME, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      strategy: { type: 'Recreate' },
      template: { metadata: { labels }, spec },
    },
  } as KubernetesObject
}

/** What kubectl prints of an object in the namespace, by a path. */
export function look(namespace: string, what: string, path: string): string {
  return kubectl(['-n', namespace, 'get', ...what.split(' '), '-o', `jsonpath=${path}`, '--ignore-not-found'])
}

/** Waits until kubectl prints what is wanted. */
export async function awaitLook(
  [namespace, what, path]: readonly [namespace: string, what: string, path: string],
  isWanted: (text: string) => boolean,
): Promise<string> {
  let last = ''
  const ask = async () => {
    last = look(namespace, what, path)
    return isWanted(last) ? last : undefined
  }
  return eventually(`${what} ${path} in ${namespace}`, ask, 120_000).catch(error => {
    throw new Error(`${error instanceof Error ? error.message : error}; last seen: ${last}`)
  })
}

export function available(namespace: string): string {
  return look(namespace, `deployment ${NAME}`, '{.status.availableReplicas}')
}

export function awaitAvailable(namespace: string, replicas = 1): Promise<string> {
  const path = ['deployment my-app', '{.status.availableReplicas}'] as const
  return awaitLook([namespace, ...path], text => text === String(replicas))
}

/** The names of its pods, without those that are going. */
export function podsOf(namespace: string): string[] {
  const path = '{range .items[*]}{.metadata.name} {.metadata.deletionTimestamp}{"\\n"}{end}'
  const lines = look(namespace, `pods -l app=${NAME}`, path).split('\n')
  return lines.flatMap(line => (/^\S+ $/.test(line) ? [line.trim()] : []))
}
