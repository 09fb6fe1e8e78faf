// The files of a bundle: the Tekton objects at the top of a folder, and the schema of their parameters.

import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type ParsedDocument, parseDocuments, type ReadText } from '../../shared/bundle/yaml.ts'
import { Trouble } from '../shell.ts'

export const SCHEMA_FILE = 'playbook-schema.json'

export interface BundleFolder {
  /** The files that hold Tekton objects. */
  readonly texts: readonly ReadText[]
  readonly schema?: string
  /** Files that were looked at and hold none, such as the registration. */
  readonly leftOut: readonly string[]
}

/** The objects of a file. Throws Trouble where it holds Tekton objects and others, or cannot be read. */
function objectsIn(text: string, path: string): ParsedDocument[] {
  let documents: ParsedDocument[]
  try {
    documents = parseDocuments(text)
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new Trouble(
      `${path} is no YAML of Kubernetes objects: ${cause instanceof Error ? cause.message : cause}`,
    )
  }
  if (new Set(documents.map(isTekton)).size > 1)
    throw new Trouble(
      `${path} holds Tekton objects and others, which a bundle cannot: put them in files of their own.`,
    )
  return documents
}

function isTekton({ object }: ParsedDocument): boolean {
  return /^tekton\.dev\//.test(String(object.apiVersion))
}

async function namesIn(folder: string): Promise<string[]> {
  const found = await stat(folder).catch(() => undefined)
  if (found === undefined) throw new Trouble(`${folder} does not exist.`)
  if (!found.isDirectory()) throw new Trouble(`${folder} must be a folder, with the playbook's files in it.`)
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter(entry => !entry.isDirectory() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map(({ name }) => name)
    .sort()
}

/** Reads what `playbook pack` takes; folders below are not looked into. Throws Trouble. */
export async function readBundleFolder(folder: string): Promise<BundleFolder> {
  const names = await namesIn(folder)
  const files = await Promise.all(
    names
      .filter(name => name !== SCHEMA_FILE)
      .map(async name => ({ path: join(folder, name), text: await readFile(join(folder, name), 'utf8') })),
  )
  const read = files.map(({ path, text }) => ({ path, text, documents: objectsIn(text, path) }))
  const texts = read.filter(({ documents }) => documents.some(isTekton))
  const leftOut = read.filter(({ documents }) => !documents.some(isTekton)).map(({ path }) => basename(path))
  if (texts.length === 0) {
    const seen = leftOut.length === 0 ? '' : ` Looked at: ${leftOut.join(', ')}.`
    throw new Trouble(
      `${folder} holds no Tekton object: a file with apiVersion tekton.dev/v1 is needed.${seen}`,
    )
  }
  const schema = names.includes(SCHEMA_FILE)
    ? { schema: await readFile(join(folder, SCHEMA_FILE), 'utf8') }
    : {}
  return { texts, ...schema, leftOut }
}
