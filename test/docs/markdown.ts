// The project's own Markdown files, and the fenced blocks in them.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')
const FOLDERS = ['docs', 'examples', 'triggers', 'test/data']

export interface Block {
  readonly file: string
  /** The first word after the fence, which GitHub colours by. */
  readonly language: string
  /** The other words. */
  readonly marks: readonly string[]
  readonly text: string
}

/** Paths from the root of the project. */
export function markdownFiles(): string[] {
  const nested = FOLDERS.flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name => join(folder, name)),
  )
  return [...readdirSync(ROOT), ...nested].filter(name => name.endsWith('.md'))
}

export function readText(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

export function blocksOf(file: string): Block[] {
  return blocksIn(readText(file), file)
}

/** The blocks of a text that is part of the file. */
export function blocksIn(text: string, file: string): Block[] {
  const found = text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)
  return [...found].map(([, info = '', text = '']) => {
    const [language = '', ...marks] = info.trim().split(/\s+/)
    return { file, language, marks, text }
  })
}

/** The value of a mark such as `file=my-playbook/pipeline.yaml`. */
export function markOf({ marks }: Block, name: string): string | undefined {
  return marks.find(mark => mark.startsWith(`${name}=`))?.slice(name.length + 1)
}

/** The cells of every table row in a text, header and rule left out. */
export function tableRows(text: string): string[][] {
  return [...text.matchAll(/^\|(.*)\|$/gm)]
    .map(([, row = '']) => row.split('|').map(cell => cell.trim()))
    .filter((cells, index, all) => !isRule(cells) && !isRule(all[index + 1] ?? []))
}

function isRule(cells: readonly string[]): boolean {
  return cells.length > 0 && cells.every(cell => /^-+$/.test(cell))
}
