// The manifests of `triggers/`, read in the order in which `kubectl apply -k` would take them.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, parseAllDocuments } from 'yaml'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'

/** All objects of a kustomization's `resources`, one level deep (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/). */
export async function readKustomization(folder: string): Promise<KubernetesObject[]> {
  const { resources } = parse(await readFile(join(folder, 'kustomization.yaml'), 'utf8')) as {
    resources: string[]
  }
  const texts = await Promise.all(resources.map(name => readFile(join(folder, name), 'utf8')))
  return texts.flatMap(readObjects)
}

const TRIGGERS = fileURLToPath(new URL('../../triggers', import.meta.url))

/**
 * What a cluster with everything has: `triggers`, `triggers/resolution`, and the folder in it that is named; what is
 * applied later replaces what has its name.
 */
export async function readTriggers(overlay?: string): Promise<KubernetesObject[]> {
  const folders = ['', 'resolution', ...(overlay === undefined ? [] : [overlay])]
  const objects = await Promise.all(folders.map(folder => readKustomization(join(TRIGGERS, folder))))
  const keyOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.namespace}/${metadata.name}`
  return [...new Map(objects.flat().map(object => [keyOf(object), object])).values()]
}

/** All objects of a YAML text with any number of documents. */
export function readObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map(document => document.toJS() as KubernetesObject | null)
    .filter(object => object !== null)
}
