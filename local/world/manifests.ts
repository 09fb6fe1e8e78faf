// The manifests of `triggers/`, read in the order in which `kubectl apply -k` would take them.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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

/** All objects of a YAML text with any number of documents. */
export function readObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map(document => document.toJS() as KubernetesObject | null)
    .filter(object => object !== null)
}
