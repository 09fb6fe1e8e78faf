// A checkout to play in: the project's code by link, its examples as copies, and the files that the README has people write.

import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { blocksOf, markOf, ROOT } from './markdown.ts'

const LINKED = ['cli', 'local', 'functions', 'shared', 'triggers', 'scripts', 'test', 'node_modules']
const COPIED = ['examples', 'package.json', '.npmrc']

export interface Scratch extends AsyncDisposable {
  readonly folder: string
}

export async function makeScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'playbook-functions-docs-'))
  await Promise.all([
    ...LINKED.map(name => symlink(join(ROOT, name), join(folder, name))),
    ...COPIED.map(name => cp(join(ROOT, name), join(folder, name), { recursive: true })),
  ])
  for (const block of blocksOf('README.md')) {
    const name = markOf(block, 'file')
    if (name === undefined) continue
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), block.text)
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}
