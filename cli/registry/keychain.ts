// Docker's credential helpers: programs beside docker that keep logins in a keychain or ask a cloud for them.

import { execFile } from 'node:child_process'
import type { Credentials } from '../../shared/oci/credentials.ts'
import { type Shell, Trouble } from '../shell.ts'

const PATIENCE_MS = 30_000
/** What the helpers of docker say where they have nothing (https://github.com/docker/docker-credential-helpers). */
const NOTHING = /credentials not found|no credentials server url/i

interface Answer {
  readonly failed: boolean
  readonly out: string
}

function ask({ env }: Shell, program: string, server: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, ['get'], { env: { ...env }, timeout: PATIENCE_MS }, (error, out) => {
      if (error !== null && 'code' in error && error.code === 'ENOENT')
        reject(
          new Trouble(`The docker configuration names ${program}, which is not on the PATH: install it.`),
        )
      else resolve({ failed: error !== null, out })
    })
    // A helper that ends without reading is judged by how it ends.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(server)
  })
}

/** Undefined where the helper knows none. What a helper says is never shown: it may hold a secret. Throws Trouble. */
export async function askHelper(
  shell: Shell,
  helper: string,
  server: string,
): Promise<Credentials | undefined> {
  if (!/^[\w.-]+$/.test(helper))
    throw new Trouble('The docker configuration names a credential helper that is no name of a program.')
  const program = `docker-credential-${helper}`
  const { failed, out } = await ask(shell, program, server)
  if (failed && NOTHING.test(out)) return undefined
  if (failed) throw new Trouble(`${program} failed for ${server}: log in again.`)
  try {
    const { Username: username, Secret: password } = JSON.parse(out) as Record<string, unknown>
    if (typeof username === 'string' && typeof password === 'string')
      return username === '' && password === '' ? undefined : { username, password }
  } catch {
    // Said below, without what it said.
  }
  throw new Trouble(`${program} did not answer with a Username and a Secret for ${server}.`)
}
