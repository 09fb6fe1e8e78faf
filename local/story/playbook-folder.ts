// A playbook as a folder of files: the Pipeline, its schema and its registration.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { packBundle, pushBundle } from '../../shared/bundle/pack.ts'
import { formatReference, parseReference } from '../../shared/oci/reference.ts'
import { createRegistry } from '../../shared/oci/registry.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'

export interface PlaybookFolder {
  readonly pipeline: string
  readonly schema: string | undefined
  readonly playbook: Playbook
}

async function optional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function required(folder: string, name: string, what: string): Promise<string> {
  const text = await optional(join(folder, name))
  if (text === undefined) throw new Error(`${join(folder, name)} is missing: it holds ${what}.`)
  return text
}

/** What is wrong, and with what. */
function named<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : error}`)
  }
}

/** Reads `pipeline.yaml`, `playbook.yaml` and, where there is one, `playbook-schema.json`. */
export async function readPlaybookFolder(folder: string): Promise<PlaybookFolder> {
  const pipeline = await required(folder, 'pipeline.yaml', 'the Tekton Pipeline')
  const registration = await required(folder, 'playbook.yaml', 'the Playbook that registers it')
  const schema = await optional(join(folder, 'playbook-schema.json'))
  const playbook = named(join(folder, 'playbook.yaml'), () => parse(registration) as Playbook)
  if (playbook?.kind !== 'Playbook' || typeof playbook.spec?.bundle !== 'string')
    throw new Error(`${join(folder, 'playbook.yaml')} must be a Playbook with spec.bundle.`)
  return { pipeline, schema, playbook }
}

/** Pushes the folder's bundle to a registry under its own repository and tag; answers the Playbook that names it there. */
export async function pushPlaybookFolder(folder: PlaybookFolder, host: string): Promise<Playbook> {
  const { pipeline, schema, playbook } = folder
  const { repository, tag = 'latest' } = parseReference(playbook.spec.bundle)
  const reference = { registry: host, repository, tag }
  const parts = { documents: [pipeline], ...(schema === undefined ? {} : { schema }) }
  const packed = named('The playbook cannot be packed', () => packBundle(parts))
  await pushBundle(createRegistry(), reference, packed)
  return { ...playbook, spec: { ...playbook.spec, bundle: formatReference(reference) } }
}
