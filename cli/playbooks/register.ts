// `playbook register`: applies a registration, and waits for what the cluster says of it.

import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { isObject } from '../../shared/analysis/document.ts'
import { playbooks } from '../../shared/kubernetes/resources.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import { type Cluster, type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { allowed, judged, patienceOf, textOf, type Waiting } from './verdict.ts'

export interface RegisterOptions extends ClusterOptions, Waiting {
  readonly output: Format
  /** Another bundle than the file names. */
  readonly bundle?: string
}

async function readRegistration(path: string): Promise<Playbook> {
  if (!existsSync(path)) throw new Trouble(`${path} does not exist.`)
  const file = (await stat(path)).isDirectory() ? join(path, 'playbook.yaml') : path
  const text = await readFile(file, 'utf8').catch(error => {
    throw new Trouble(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  })
  const documents = parseAllDocuments(text).map(document => document.toJS() as unknown)
  const [playbook, ...others] = documents.filter(each => isObject(each) && each.kind === 'Playbook')
  if (!isObject(playbook) || !isObject(playbook.metadata) || !isObject(playbook.spec) || others.length > 0)
    throw new Trouble(`${file} must hold one Playbook, with metadata and spec.`)
  return playbook as unknown as Playbook
}

/** As kubectl apply: what is not in the file stays as others wrote it, but spec is the file's. */
async function apply({ kubernetes }: Cluster, playbook: Playbook): Promise<Playbook> {
  const { namespace, name } = playbook.metadata
  const known = await kubernetes.get<Playbook>(playbooks, { namespace, name })
  if (known === undefined) return kubernetes.create<Playbook>(playbooks, playbook)
  const { labels = {}, annotations = {} } = playbook.metadata
  const metadata = {
    ...known.metadata,
    labels: { ...known.metadata.labels, ...labels },
    annotations: { ...known.metadata.annotations, ...annotations },
  }
  return kubernetes.replace<Playbook>(playbooks, { ...known, metadata, spec: playbook.spec })
}

/** 1 where the registration is refused. */
export async function register(shell: Shell, path: string, options: RegisterOptions): Promise<ExitCode> {
  const patience = patienceOf(options)
  const read = await readRegistration(path)
  await using cluster = openCluster(shell, options)
  const metadata = {
    ...read.metadata,
    namespace: options.namespace ?? read.metadata.namespace ?? cluster.namespace,
  }
  const { image: _, ...others } = read.spec
  const spec = options.bundle === undefined ? read.spec : { ...others, bundle: options.bundle }
  const applied = await allowed(apply(cluster, { ...read, metadata, spec }), metadata)
  const verdict = await judged(cluster, applied, patience)
  await print(shell, options.output, { value: verdict, table: () => textOf(verdict) })
  return verdict.ready ? EXIT.yes : EXIT.no
}
