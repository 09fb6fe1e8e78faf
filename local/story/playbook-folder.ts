// A playbook as a folder of files: the Pipeline, its schema and its registration; only that where it is an image.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { packBundle, pushBundle } from '../../shared/bundle/pack.ts'
import { formatReference, parseReference } from '../../shared/oci/reference.ts'
import { createRegistry } from '../../shared/oci/registry.ts'
import { repositoryOf } from '../../shared/playbook/aliases.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import { pushStandIn } from './stand-in-image.ts'

export interface PlaybookFolder {
  /** Absent where the playbook is an image. */
  readonly pipeline: string | undefined
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

/** Reads `playbook.yaml`, `pipeline.yaml` but for an image, and, where there is one, `playbook-schema.json`. */
export async function readPlaybookFolder(folder: string): Promise<PlaybookFolder> {
  const registration = await required(folder, 'playbook.yaml', 'the Playbook that registers it')
  const playbook = named(join(folder, 'playbook.yaml'), () => parse(registration) as Playbook)
  const { bundle, image } = playbook?.spec ?? {}
  if (playbook?.kind !== 'Playbook' || typeof (bundle ?? image) !== 'string')
    throw new Error(`${join(folder, 'playbook.yaml')} must be a Playbook with spec.bundle or spec.image.`)
  if (bundle === undefined) return { pipeline: undefined, schema: undefined, playbook }
  const pipeline = await required(folder, 'pipeline.yaml', 'the Tekton Pipeline')
  return { pipeline, schema: await optional(join(folder, 'playbook-schema.json')), playbook }
}

/** The image is not asked for: another stands for it, and what an analysis may call it stays. */
async function withStandIn(playbook: Playbook, registry: string): Promise<Playbook> {
  const { image = '', aliases = [] } = playbook.spec
  const { repository, digest } = parseReference(image)
  const names = [repositoryOf(image), ...(digest === undefined ? [] : [digest])]
  return {
    ...playbook,
    spec: {
      ...playbook.spec,
      image: await pushStandIn({ registry, repository }),
      aliases: [...new Set([...aliases, ...names])],
    },
  }
}

/** Pushes the folder's bundle to a registry under its own repository and tag; answers the Playbook that names it there. */
export async function pushPlaybookFolder(folder: PlaybookFolder, host: string): Promise<Playbook> {
  const { pipeline, schema, playbook } = folder
  if (pipeline === undefined) return withStandIn(playbook, host)
  const { repository, tag = 'latest' } = parseReference(playbook.spec.bundle ?? '')
  const reference = { registry: host, repository, tag }
  const parts = { documents: [pipeline], ...(schema === undefined ? {} : { schema }) }
  const packed = named('The playbook cannot be packed', () => packBundle(parts))
  await pushBundle(createRegistry(), reference, packed)
  return { ...playbook, spec: { ...playbook.spec, bundle: formatReference(reference) } }
}
