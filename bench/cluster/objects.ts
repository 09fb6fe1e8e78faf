// Objects of any kind on the cluster, from files with blanks to fill in.

import { readFile } from 'node:fs/promises'
import { parseAllDocuments } from 'yaml'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import type { KubernetesObject, Resource } from '../../shared/kubernetes/resources.ts'

const CLUSTER_SCOPED = new Set(['Namespace', 'ClusterRoleBinding'])

/** Where a kind lives, for those whose plural is their name with an s. */
export function resourceOf(apiVersion: string, kind: string): Resource {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return { group, version, kind, plural: `${kind.toLowerCase()}s`, namespaced: !CLUSTER_SCOPED.has(kind) }
}

/** Reads a file beside this one; each key of `blanks` is replaced wherever it stands. */
export async function readObjects(
  file: string,
  blanks: Readonly<Record<string, string>>,
): Promise<KubernetesObject[]> {
  const text = await readFile(new URL(file, import.meta.url), 'utf8')
  const filled = Object.entries(blanks).reduce((so, [blank, value]) => so.replaceAll(blank, value), text)
  return parseAllDocuments(filled).map(document => document.toJS() as KubernetesObject)
}

/** Creates them in order. */
export async function createAll(kubernetes: Kubernetes, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects)
    await kubernetes.create(resourceOf(object.apiVersion ?? '', object.kind ?? ''), object)
}
