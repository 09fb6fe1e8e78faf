// The files that lint reads: those of a folder, or of everything below it.

import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SCHEMA_FILE } from '../bundle/folder.ts'
import { Trouble } from '../shell.ts'
import { type ReadDocument, readSource } from './source.ts'

export interface LintFile {
  readonly path: string
  readonly folder: string
  readonly text: string
  readonly documents: readonly ReadDocument[]
}

const SKIPPED = new Set(['node_modules', '.git'])
const MENTIONS_TEKTON = /tekton\.dev\//

function isWanted(name: string): boolean {
  return /\.(?:ya?ml|json)$/.test(name)
}

async function namesIn(folder: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const inner = entries.map(async (entry): Promise<string[]> => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return recursive && !SKIPPED.has(entry.name) ? namesIn(path, true) : []
    return entry.isFile() && isWanted(entry.name) ? [path] : []
  })
  return (await Promise.all(inner)).flat()
}

/** YAML, and the JSON files that have to do with Tekton. */
async function read(path: string): Promise<LintFile[]> {
  const text = await readFile(path, 'utf8')
  const isJson = path.endsWith('.json')
  if (isJson && basename(path) !== SCHEMA_FILE && !MENTIONS_TEKTON.test(text)) return []
  return [{ path, folder: dirname(path), text, documents: readSource(text) }]
}

/** Files, folders, or everything below folders, each file once and in order. Throws Trouble. */
export async function readFiles(paths: readonly string[], recursive: boolean): Promise<LintFile[]> {
  const lists = await Promise.all(
    paths.map(async path => {
      const found = await stat(path).catch(() => undefined)
      if (found === undefined) throw new Trouble(`${path} does not exist.`)
      return found.isDirectory() ? namesIn(path, recursive) : [path]
    }),
  )
  const names = [...new Set(lists.flat())].sort()
  const files: LintFile[] = []
  for (const name of names) files.push(...(await read(name)))
  return files
}
