// The command line as a person has it: in this process, with a kubeconfig of theirs, or as a process of its own.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { runCommand } from '../../cli/program.ts'

export const ROOT = join(import.meta.dirname, '../..')

const SOURCE = join(ROOT, 'cli/main.ts')
/** What `npm run build` makes of it. */
export const BUNDLE = join(ROOT, 'dist/cli/playbook.mjs')

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Nobody's, so that no cluster is found by chance. */
const HOME = '/nonexistent'

/** Runs `playbook` with these words as its entry file does, but here: a process of its own would load everything anew. */
export async function playbook(
  words: readonly string[],
  { KUBECONFIG }: { readonly KUBECONFIG?: string } = {},
): Promise<Said> {
  const said = { out: [] as string[], err: [] as string[] }
  // client-node looks there by itself.
  vi.stubEnv('KUBECONFIG', KUBECONFIG)
  vi.stubEnv('HOME', HOME)
  try {
    const code = await runCommand(
      {
        out: text => void said.out.push(text),
        err: text => void said.err.push(text),
        isTerminal: false,
        env: { HOME },
        now: Date.now,
      },
      words,
    )
    return { code, out: said.out.join(''), err: said.err.join('') }
  } finally {
    vi.unstubAllEnvs()
  }
}

/** Runs `playbook` with these words in a process of its own; the environment is no more than is given. */
export function playbookProcess(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  script = SOURCE,
): Promise<Said> {
  const options = { cwd: ROOT, env: { PATH: process.env.PATH ?? '', HOME, ...env } }
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
