// A registry as docker reaches it: with its logins, through the proxies of the environment, in TLS.

import { readFile } from 'node:fs/promises'
import { getCACertificates } from 'node:tls'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { NetworkError } from '../../shared/network/error.ts'
import { plainFetch } from '../../shared/network/plain.ts'
import { readProxies } from '../../shared/network/proxies.ts'
import { isLoopback } from '../../shared/oci/address.ts'
import type { CredentialStore } from '../../shared/oci/credentials.ts'
import { createRegistry, type Registry } from '../../shared/oci/registry.ts'
import { type Shell, Trouble } from '../shell.ts'
import { dockerCredentials } from './credentials.ts'

export interface RegistryOptions {
  /** PEM of certificates that are trusted besides the system's. */
  readonly caFile?: string
  /** Plain HTTP may be used with any registry, not only on this machine. */
  readonly insecure?: boolean
  /** A pull secret of the cluster whose logins go before docker's. */
  readonly pullSecret?: string
  readonly kubeconfig?: string
  readonly context?: string
}

/** The largest blob that is read, in bytes: a bundle's layers are far smaller. */
const MAX_BLOB = 64 * 1024 * 1024

async function certificatesIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(error => {
    throw new Trouble(`--ca-file ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  })
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw new Trouble(`--ca-file ${file} must hold certificates in PEM: -----BEGIN CERTIFICATE-----.`)
}

/** To one registry at once: more cost more to open than they save. */
const CONNECTIONS = 4

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** What a person can do about a connection that will not get better by itself; undefined for one that may. */
function adviceFor(code: string, { host, protocol }: URL): string | undefined {
  if (protocol !== 'https:') return undefined
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return `${host} does not speak TLS. If the way there is safe, allow plain HTTP with --insecure.`
  if (/CERT|SELF_SIGNED|ISSUER|LEAF_SIGNATURE/.test(code))
    return `The certificate of ${host} is not trusted (${code}). Give the certificate of its CA with --ca-file.`
  return undefined
}

/** The way to each server: through the proxy that the environment names for it, or straight. */
function createWays({ env }: Shell, ca: string | undefined): (url: URL) => Dispatcher {
  const tls = ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }
  const proxyFor = readProxies(env)
  const ways = new Map<string, Dispatcher>()
  const open = (proxy: URL | undefined): Dispatcher =>
    proxy === undefined
      ? new Agent({ connect: tls, connections: CONNECTIONS })
      : new ProxyAgent({ uri: proxy.href, requestTls: tls, proxyTls: tls, connections: CONNECTIONS })
  return ({ protocol, hostname }) => {
    const proxy = proxyFor({ protocol, host: hostname })
    const way = ways.get(proxy?.href ?? '') ?? open(proxy)
    ways.set(proxy?.href ?? '', way)
    return way
  }
}

function createFetch(shell: Shell, ca: string | undefined): typeof globalThis.fetch {
  const send = plainFetch(createWays(shell, ca))
  return (input, init) =>
    send(input, init).catch(error => {
      const advice = adviceFor(codeOf(error), new URL(String(input)))
      throw advice === undefined ? error : new NetworkError('refused', advice, { cause: error })
    })
}

async function credentialsFor(shell: Shell, options: RegistryOptions): Promise<CredentialStore> {
  const docker = await dockerCredentials(shell)
  if (options.pullSecret === undefined) return docker
  // Loaded only here: a Kubernetes client is large.
  const { pullSecret } = await import('./pull-secret.ts')
  const { kubeconfig, context } = options
  const given = {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  }
  const secret = await pullSecret(shell, options.pullSecret, given)
  return async at => (await secret(at)) ?? docker(at)
}

/** Builds a client. Throws Trouble for a configuration that cannot be read. */
export async function openRegistry(shell: Shell, options: RegistryOptions): Promise<Registry> {
  const { caFile, insecure = false } = options
  const ca = caFile === undefined ? undefined : await certificatesIn(caFile)
  return createRegistry({
    fetch: createFetch(shell, ca),
    credentials: await credentialsFor(shell, options),
    isLocal: isLoopback,
    insecure: () => insecure,
    maxBlob: MAX_BLOB,
  })
}
