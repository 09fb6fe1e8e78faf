// The command line as a person has it: in this process, with a kubeconfig of theirs, or as a process of its own.

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { vi } from 'vitest'
import { runCommand } from '../../cli/program.ts'
import type { Shell } from '../../cli/shell.ts'

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
  // client-node looks there by itself.
  vi.stubEnv('KUBECONFIG', KUBECONFIG)
  vi.stubEnv('HOME', HOME)
  const { shell, said } = shellOf({})
  try {
    const code = await runCommand({ ...shell, now: Date.now }, words)
    return { code, ...said }
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

interface Given {
  readonly env?: Shell['env']
  readonly isTerminal?: boolean
  readonly now?: number
  readonly ask?: NonNullable<Shell['ask']>
}

/** A shell that keeps what is said. */
export function shellOf({ env = {}, isTerminal = false, now = 0, ask }: Given) {
  const said = { out: '', err: '' }
  const shell: Shell = {
    out: text => {
      said.out += text
    },
    err: text => {
      said.err += text
    },
    isTerminal,
    isWatched: isTerminal,
    ...(ask === undefined ? {} : { ask }),
    env: { HOME, ...env },
    now: () => now,
  }
  return { shell, said }
}

/** Runs `playbook` with these words in this process, as nobody who watches. */
export async function call(words: readonly string[], given: Given = {}): Promise<Said> {
  const { shell, said } = shellOf(given)
  const code = await runCommand(shell, words)
  return { code, ...said }
}

export interface Scratch extends AsyncDisposable {
  readonly folder: string
  /** Writes a file, and the folders above it; answers its path. */
  readonly put: (name: string, content: string | Uint8Array) => Promise<string>
}

export async function makeScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'playbook-cli-'))
  return {
    folder,
    async put(name, content) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), content)
      return join(folder, name)
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
