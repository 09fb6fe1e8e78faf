// Debian's docker-registry as a real registry to test against: started on a free port, with a login or TLS where asked.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const BINARY = 'docker-registry'

export const LOGIN = { username: 'reader', password: 'secret' }
/** `htpasswd -Bbn reader secret`: the registry reads bcrypt only, and Node has none. */
const HTPASSWD = 'reader:$2y$05$JPXLq112X8UPbz/ss8vnuuz.Zbp0YGQyqi.BrYCdFAyfogAv9WABy'

export interface DockerRegistryOptions {
  /** The address to listen on, where others than this machine are to reach it. */
  readonly address?: string
  /** Asks for LOGIN. */
  readonly login?: boolean
  /** Speaks TLS, with a certificate of a CA of its own. */
  readonly tls?: boolean
}

export interface DockerRegistry extends AsyncDisposable {
  /** `127.0.0.1:5000`, as it stands in references. */
  readonly host: string
  /** The CA's certificate, in PEM. */
  readonly ca: string | undefined
}

/** Why there is none on this machine; undefined where there is one. */
export function missingDockerRegistry(): string | undefined {
  const { error } = spawnSync(BINARY, ['--version'])
  return error === undefined ? undefined : `${BINARY} is not installed (apt-get install docker-registry)`
}

/** Starts one, with its files in a folder that goes with it. */
export async function startDockerRegistry(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'docker-registry-'))
  const ca = options.tls ? makeCertificates(folder) : undefined
  const file = join(folder, 'config.json')
  writeFileSync(join(folder, 'htpasswd'), `${HTPASSWD}\n`)
  writeFileSync(file, JSON.stringify(configuration(folder, options)))
  const child = spawn(BINARY, ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const host = await listening(child.stderr)
  return {
    host,
    ca,
    async [Symbol.asyncDispose]() {
      child.kill()
      await once(child, 'exit')
      rmSync(folder, { recursive: true })
    },
  }
}

/** JSON is YAML (https://distribution.github.io/distribution/about/configuration/). */
function configuration(folder: string, options: DockerRegistryOptions): object {
  const { address = '127.0.0.1', login, tls } = options
  const certificate = { certificate: join(folder, 'server.crt'), key: join(folder, 'server.key') }
  return {
    version: '0.1',
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: `${address}:0`, ...(tls && { tls: certificate }) },
    ...(login && { auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } } }),
  }
}

/** It says in its log which port it got. */
async function listening(log: Readable): Promise<string> {
  const said: string[] = []
  for await (const line of createInterface({ input: log })) {
    const host = /listening on ([\d.]+:\d+)/.exec(line)?.[1]
    if (host !== undefined) {
      log.resume()
      return host
    }
    said.push(line)
  }
  throw new Error(`${BINARY} did not start: ${said.join('\n')}`)
}

/** A CA and a server's certificate for 127.0.0.1 under it; answers the CA's. */
function makeCertificates(folder: string): string {
  const at = (name: string) => join(folder, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1']
  const authority = ['-subj', '/CN=test-ca', '-keyout', at('ca.key'), '-out', at('ca.crt')]
  const server = ['-subj', '/CN=test', '-keyout', at('server.key'), '-out', at('server.crt')]
  const address = ['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=CA:FALSE']
  const signed = ['-CA', at('ca.crt'), '-CAkey', at('ca.key')]
  for (const options of [authority, [...server, ...address, ...signed]]) {
    const { status, stderr, error } = spawnSync('openssl', ['req', '-x509', ...key, ...options])
    if (status !== 0) throw new Error(`openssl could not make a certificate: ${error ?? stderr}`)
  }
  return readFileSync(at('ca.crt'), 'utf8')
}
