// The manifests of `triggers/` or an overlay of it, read in the order in which `kubectl apply -k` would take them.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { jsonPatch } from '../kubernetes/patch.ts'

/** What is read of one (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/). */
interface Kustomization {
  readonly resources: readonly string[]
  readonly patches?: readonly Patch[]
}

interface Patch {
  readonly target: { readonly kind: string; readonly name?: string }
  /** A JSON patch, as YAML. */
  readonly patch: string
}

/** All objects of a kustomization: its `resources`, files or folders, with its `patches`. */
export async function readKustomization(folder: string): Promise<KubernetesObject[]> {
  const text = await readFile(join(folder, 'kustomization.yaml'), 'utf8')
  const { resources, patches = [] } = parse(text) as Kustomization
  const objects = await Promise.all(resources.map(name => readResource(join(folder, name))))
  return objects.flat().map(object => patches.reduce(applyPatch, object))
}

async function readResource(path: string): Promise<KubernetesObject[]> {
  return path.endsWith('.yaml') ? readObjects(await readFile(path, 'utf8')) : readKustomization(path)
}

function applyPatch(object: KubernetesObject, { target, patch }: Patch): KubernetesObject {
  const { kind, name = object.metadata.name } = target
  if (object.kind !== kind || object.metadata.name !== name) return object
  return jsonPatch(object, parse(patch)) as KubernetesObject
}

/** All objects of a YAML text with any number of documents. */
export function readObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map(document => document.toJS() as KubernetesObject | null)
    .filter(object => object !== null)
}
