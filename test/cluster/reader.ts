// A reader of the documentation: a checkout, a shell in it that knows `playbook`, and what it shows put into it line by line.

import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../docs/markdown.ts'
import { makeScratch } from '../docs/scratch.ts'
import { setting } from './cluster.ts'

export interface Reader extends AsyncDisposable {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Puts a text into the shell; answers what it printed, and throws all that was said where a line of it fails. */
  readonly paste: (text: string, folder?: string) => Promise<string>
}

/** A registry without TLS is the only thing about which this cluster and the pages differ. */
const SHIMS = {
  playbook: `#!/bin/sh
case $1 in copy|diff|init|migrate|pull|push|sign|verify) set -- "$@" --insecure ;; esac
exec "${process.execPath}" "${ROOT}/cli/main.ts" "$@"
`,
  cosign: `#!/bin/sh
case $1 in sign|verify) set -- "$@" --allow-insecure-registry --allow-http-registry ;; esac
PATH=\${PATH#*:} exec cosign "$@"
`,
}

export async function openReader(): Promise<Reader> {
  const scratch = await makeScratch()
  const cwd = scratch.folder
  const bin = join(cwd, 'bin')
  await mkdir(bin)
  for (const [name, text] of Object.entries(SHIMS)) await writeFile(join(bin, name), text, { mode: 0o755 })
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, KUBECONFIG: setting('KUBECONFIG') }
  return {
    cwd,
    env,
    async paste(text, folder = cwd) {
      const words = ['-euo', 'pipefail', '-c', text]
      const { stdout } = await promisify(execFile)('bash', words, { cwd: folder, env })
      return stdout
    },
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  }
}
