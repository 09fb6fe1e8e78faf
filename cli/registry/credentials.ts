// Registry credentials as docker finds them: its config.json, and the credential helpers that it names.

import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isObject } from '../../shared/analysis/document.ts'
import { anonymous, type CredentialStore, fromDockerConfig } from '../../shared/oci/credentials.ts'
import { type Shell, Trouble } from '../shell.ts'
import { askHelper } from './keychain.ts'

const DOCKER_HUB = 'index.docker.io'
/** Under this name docker keeps the login of Docker Hub. */
const DOCKER_HUB_SERVER = 'https://index.docker.io/v1/'

function parse(text: string, path: string): Record<string, unknown> {
  try {
    const config: unknown = JSON.parse(text)
    if (isObject(config)) return { ...config }
  } catch {
    // Said below; the parser's own words would quote a password.
  }
  throw new Trouble(`${path} must be a JSON object, as docker login writes it.`)
}

/** The helper for a server: its own, else the one for all (https://docs.docker.com/reference/cli/docker/login/#credential-stores). */
function helperFor(config: Record<string, unknown>, server: string): string | undefined {
  const own = isObject(config.credHelpers) ? config.credHelpers[server] : undefined
  if (typeof own === 'string' && own !== '') return own
  return typeof config.credsStore === 'string' && config.credsStore !== '' ? config.credsStore : undefined
}

/** `DOCKER_CONFIG`, else `~/.docker` (https://docs.docker.com/reference/cli/docker/#change-the-docker-directory). */
export async function dockerCredentials(shell: Shell): Promise<CredentialStore> {
  const { env } = shell
  const path = join(env.DOCKER_CONFIG ?? join(env.HOME ?? homedir(), '.docker'), 'config.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return anonymous
    throw new Trouble(`${path} cannot be read: ${code}.`)
  }
  const config = parse(text, path)
  const written = isObject(config.auths) ? fromDockerConfig({ auths: config.auths }) : anonymous
  return async at => {
    const server = at.registry === DOCKER_HUB ? DOCKER_HUB_SERVER : at.registry
    const helper = helperFor(config, server)
    const kept = helper === undefined ? undefined : await askHelper(shell, helper, server)
    return kept ?? written(at)
  }
}
