// Registry credentials from docker configurations and Kubernetes pull secrets.

import type { Repository } from './error.ts'

/** A login. An identity token travels as the user `<token>`, as Docker stores it. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Finds the login for a repository; undefined means: ask without one. */
export type CredentialStore = (ref: Repository) => Promise<Credentials | undefined>

/** A configuration that is not what Docker writes. The message never quotes it. */
export class InvalidDockerConfig extends Error {
  override readonly name = 'InvalidDockerConfig'
}

interface Entry {
  readonly host: string
  readonly path: string
  readonly credentials: Credentials
}

export const IDENTITY_TOKEN = '<token>'
const DOCKER_HUB = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
])

/** No credentials for anyone. */
export const anonymous: CredentialStore = async () => undefined

/**
 * Reads `.dockerconfigjson` (`{auths: {…}}`) and legacy `.dockercfg` documents, as text or parsed; several are searched in order.
 * Keys match as in a Kubernetes pull secret: host, host:port, path prefixes, `*` within a part of the host name; the most exact key wins
 * (https://kubernetes.io/docs/concepts/containers/images/#config-json). Throws InvalidDockerConfig.
 */
export function fromDockerConfig(config: unknown): CredentialStore {
  const entries = (Array.isArray(config) ? config : [config]).flatMap(readConfig)
  const ranked = entries.toSorted((a, b) => exactness(b) - exactness(a))
  return async ref => ranked.find(entry => matches(entry, ref))?.credentials
}

function readConfig(config: unknown): Entry[] {
  const document = asRecord(typeof config === 'string' ? parseJson(config) : config)
  if (document === undefined) throw new InvalidDockerConfig('A docker configuration must be a JSON object.')
  const auths = 'auths' in document ? asRecord(document.auths) : document
  return Object.entries(auths ?? {}).flatMap(([key, value]) => {
    const credentials = readLogin(asRecord(value) ?? {})
    return credentials === undefined ? [] : [{ ...readKey(key), credentials }]
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, and with it the password: it is neither repeated nor chained.
    throw new InvalidDockerConfig('A docker configuration must be JSON, and this one does not parse.')
  }
}

function readLogin(login: Record<string, unknown>): Credentials | undefined {
  const { auth, username, password, identitytoken } = login
  if (isText(identitytoken)) return { username: IDENTITY_TOKEN, password: identitytoken }
  if (isText(username) && isText(password)) return { username, password }
  if (!isText(auth)) return undefined
  const decoded = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '')
  const colon = decoded.indexOf(':')
  return colon < 1 ? undefined : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

function readKey(key: string): { host: string; path: string } {
  const bare = key.replace(/^https?:\/\//, '')
  const slash = bare.indexOf('/')
  const host = slash < 0 ? bare : bare.slice(0, slash)
  const path = slash < 0 ? '' : bare.slice(slash).replace(/^\/v[12](?=\/|$)/, '')
  return { host: DOCKER_HUB.has(host) ? 'index.docker.io' : host, path: path === '/' ? '' : path }
}

function matches(entry: Entry, ref: Repository): boolean {
  const host = DOCKER_HUB.has(ref.registry) ? 'index.docker.io' : ref.registry
  return matchesHost(entry.host, host) && `/${ref.repository}`.startsWith(entry.path)
}

/** Part by part between the dots, so that `*.io` is not `a.b.io`; the port must be the same. */
function matchesHost(pattern: string, host: string): boolean {
  if (!pattern.includes('*')) return pattern === host
  const [patternName = '', patternPort] = pattern.split(':')
  const [hostName = '', hostPort] = host.split(':')
  const patternParts = patternName.split('.')
  const hostParts = hostName.split('.')
  return (
    patternPort === hostPort &&
    patternParts.length === hostParts.length &&
    patternParts.every((part, index) => matchesPart(part, hostParts[index] ?? ''))
  )
}

/** `*` stands for any characters. Matched piece by piece, since a pattern comes from a secret and must not become a slow expression. */
function matchesPart(pattern: string, text: string): boolean {
  const pieces = pattern.split('*')
  const [first = '', last = ''] = [pieces.at(0), pieces.at(-1)]
  if (pieces.length === 1) return pattern === text
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false
  let from = first.length
  const until = text.length - last.length
  for (const piece of pieces.slice(1, -1)) {
    const at = text.indexOf(piece, from)
    if (at < 0 || at + piece.length > until) return false
    from = at + piece.length
  }
  return true
}

function exactness(entry: Entry): number {
  return (entry.host.includes('*') ? 0 : 10_000) + entry.path.length
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined
}
