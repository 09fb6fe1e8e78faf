// The command line as a person has it: a process of its own, with a kubeconfig of theirs.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

const SOURCE = join(ROOT, 'cli/main.ts')
/** What `npm run build` makes of it. */
export const BUNDLE = join(ROOT, 'dist/cli/playbook.mjs')

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `playbook` with these words; the environment is no more than is given, so that no cluster is found by chance. */
export function playbook(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  script = SOURCE,
): Promise<Said> {
  const options = { cwd: ROOT, env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env } }
  return new Promise(resolve => {
    const child = execFile(process.execPath, [script, ...words], options, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    )
  })
}

export interface Scratch extends AsyncDisposable {
  readonly folder: string
  /** Writes a file; answers its path. */
  readonly put: (name: string, content: string | Uint8Array) => Promise<string>
}

export async function makeScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'playbook-cli-'))
  return {
    folder,
    async put(name, content) {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
