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

/** What a cluster with everything has: `triggers` and `triggers/resolution`. */
export async function readTriggers(): Promise<KubernetesObject[]> {
  const folders = [TRIGGERS, join(TRIGGERS, 'resolution')]
  return (await Promise.all(folders.map(readKustomization))).flat()
}

/** All objects of a YAML text with any number of documents. */
export function readObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map(document => document.toJS() as KubernetesObject | null)
    .filter(object => object !== null)
}
