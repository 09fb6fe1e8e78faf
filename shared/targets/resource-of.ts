// Where the object that a target names lives in the API.

import type { Kubernetes } from '../kubernetes/client.ts'
import type { Resource } from '../kubernetes/resources.ts'
import { isClusterScoped } from '../remediation/kinds.ts'
import { normaliseKind, type Target } from '../remediation/target.ts'

/** The built-in kinds that analyses name, in the singular and in lower case; the plurals follow English. */
const BUILTIN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    v1: 'pod node persistentvolumeclaim persistentvolume service configmap namespace serviceaccount replicationcontroller resourcequota limitrange',
    'apps/v1': 'deployment statefulset daemonset replicaset',
    'batch/v1': 'job cronjob',
    'autoscaling/v2': 'horizontalpodautoscaler',
    'networking.k8s.io/v1': 'ingress networkpolicy',
    'policy/v1': 'poddisruptionbudget',
    'storage.k8s.io/v1': 'storageclass',
  }).flatMap(([apiVersion, kinds]) => kinds.split(' ').map((kind): [string, string] => [kind, apiVersion])),
)

function pluralOf(kind: string): string {
  if (kind.endsWith('y')) return `${kind.slice(0, -1)}ies`
  return kind.endsWith('s') ? `${kind}es` : `${kind}s`
}

function split(apiVersion: string): { group: string; version: string } {
  const [first = '', second] = apiVersion.split('/')
  return second === undefined ? { group: '', version: first } : { group: first, version: second }
}

/** A name of a group and version; anything else would be another path. */
const API_VERSION = /^(?:[a-z0-9][a-z0-9.-]{0,252}\/)?v[0-9][a-z0-9]{0,30}$/

/** Undefined where it is not known which kind is meant; then nothing can be said of the object. */
export async function resourceOf(kubernetes: Kubernetes, target: Target): Promise<Resource | undefined> {
  const kind = normaliseKind(target.kind)
  const builtin = BUILTIN.get(kind)
  const { apiVersion = builtin } = target
  // Secrets are never looked at, even by those who could.
  if (apiVersion === undefined || kind === 'secret' || !API_VERSION.test(apiVersion)) return undefined
  if (builtin !== undefined && split(builtin).group === split(apiVersion).group)
    return { ...split(builtin), kind, plural: pluralOf(kind), namespaced: !isClusterScoped(kind) }
  const served = await kubernetes.discover(apiVersion)
  const found = served?.find(each => !each.name.includes('/') && each.kind.toLowerCase() === kind)
  if (found === undefined) return undefined
  return { ...split(apiVersion), kind: found.kind, plural: found.name, namespaced: found.namespaced }
}
