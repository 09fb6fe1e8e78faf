// The files of an example as they would be written for this cluster.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { baseImage, kubectlImage, setting } from '../cluster.ts'

/** Other names for those of the test case: of nodes, which have no namespace. */
export type Renames = Readonly<Record<string, string>>

interface Names {
  /** The namespace that stands for `remediation`. */
  readonly tenant: string
  /** What stands for `production`. */
  readonly target: string
  readonly renames: Renames
}

/** Changes the YAML files of a folder. */
export function adapt(folder: string, names: Names): void {
  for (const name of readdirSync(folder).filter(each => each.endsWith('.yaml'))) {
    const file = join(folder, name)
    writeFileSync(file, adapted(readFileSync(file, 'utf8'), names))
  }
}

/** Where the cluster has a registry of its own, Node comes from there too. */
function nodeImage(image: string): string {
  return baseImage().startsWith(setting('REGISTRY')) ? baseImage() : image
}

/** Namespaces, nodes, images and the registry of this cluster; and no rest between two runs. */
export function adapted(text: string, { tenant, target, renames }: Names): string {
  const local = text
    .replace(/\bdocker\.io\/alpine\/k8s:\S+/g, kubectlImage())
    .replace(/\bdocker\.io\/library\/node:\S+/g, nodeImage)
    .replace(/(namespace: )remediation\b/g, `$1${tenant}`)
    .replace(/\bproduction\b/g, target)
    .replace(/(name: playbook-[a-z-]+)/g, `$1-${tenant}`)
    .replaceAll('registry.example.com/playbooks', `${setting('REGISTRY')}/${tenant}`)
    .replace(/cooldown: \S+/, 'cooldown: 0s')
  return Object.entries(renames).reduce((said, [from, to]) => said.replaceAll(from, to), local)
}
