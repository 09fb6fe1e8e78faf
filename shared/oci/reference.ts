// Image references, parsed once at the door: registry, repository, and a tag, a digest or both.

import { isIPv4, isIPv6 } from 'node:net'
import type { Digest } from './digest.ts'
import { parseDigest } from './digest.ts'

/** Where a manifest lives. Where both are set, the digest decides and the tag is for people. */
export interface Reference {
  readonly registry: string
  readonly repository: string
  readonly tag?: string
  readonly digest?: Digest
}

/** A reference that breaks a rule; the message is one sentence that names the rule. */
export class InvalidReference extends Error {
  override readonly name = 'InvalidReference'
}

const DEFAULT_REGISTRY = 'index.docker.io'
const DEFAULT_TAG = 'latest'
const MAX_REPOSITORY = 255
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/
const HOSTNAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/

/**
 * Reads a reference (OCI distribution 1.1, https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests).
 * A name without a registry is Docker Hub's, and without tag and digest its tag is `latest`, as Tekton's resolver reads it.
 * Throws InvalidReference.
 */
export function parseReference(text: string): Reference {
  if (/^[a-z]+:\/\//.test(text)) {
    throw new InvalidReference(`A reference has no URL scheme: write "${text.replace(/^[a-z]+:\/\//, '')}".`)
  }
  const [name = '', digestText, ...rest] = text.split('@')
  if (rest.length > 0) throw new InvalidReference(`A reference has at most one "@": "${text}".`)
  const digest = digestText === undefined ? undefined : checkDigest(digestText)
  const colon = name.lastIndexOf(':')
  const hasTag = colon >= 0 && !name.includes('/', colon)
  const tag = hasTag ? checkTag(name.slice(colon + 1)) : digest === undefined ? DEFAULT_TAG : undefined
  return {
    ...splitName(hasTag ? name.slice(0, colon) : name),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }
}

/** `name:tag`, `name@sha256:…` or `name:tag@sha256:…`, always with the registry. */
export function formatReference(ref: Reference): string {
  const tag = ref.tag === undefined ? '' : `:${ref.tag}`
  const digest = ref.digest === undefined ? '' : `@${ref.digest}`
  return `${ref.registry}/${ref.repository}${tag}${digest}`
}

/** The same repository at exactly this digest, without the tag. */
export function pin(ref: Reference, digest: Digest): Reference {
  return { registry: ref.registry, repository: ref.repository, digest }
}

function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(slash, 0))
  const explicit = slash > 0 && (first === 'localhost' || /[.:]/.test(first))
  const registry = explicit ? checkRegistry(first) : DEFAULT_REGISTRY
  const repository = checkRepository(explicit ? name.slice(slash + 1) : name)
  const official = registry === DEFAULT_REGISTRY && !repository.includes('/')
  return { registry, repository: official ? `library/${repository}` : repository }
}

function checkRegistry(text: string): string {
  const parts = /^(\[[^\]]*\]|[^:]*)(?::([1-9]\d*))?$/.exec(text)
  const host = parts?.[1] ?? ''
  const port = parts?.[2]
  if (parts === null || (port !== undefined && Number(port) > 65_535)) {
    throw new InvalidReference(
      `The registry must be host or host:port with a port from 1 to 65535: "${text}".`,
    )
  }
  if (!isHost(host)) {
    throw new InvalidReference(
      `The registry's host must be a lower-case DNS name, an IPv4 address or an IPv6 address in brackets, in its shortest form: "${text}".`,
    )
  }
  return text === 'docker.io' ? DEFAULT_REGISTRY : text
}

/** One spelling of each address, so that rules about registries cannot be passed by with another (https://url.spec.whatwg.org/#host-parsing). */
function isHost(host: string): boolean {
  if (host.startsWith('[')) return isIPv6(host.slice(1, -1)) && new URL(`http://${host}`).hostname === host
  return HOSTNAME.test(host) && (isIPv4(host) || !/(?:^|\.)(?:\d+|0x[\da-f]*)$/.test(host))
}

function checkRepository(text: string): string {
  if (text.length < 1 || text.length > MAX_REPOSITORY) {
    throw new InvalidReference(`A repository's name has 1 to ${MAX_REPOSITORY} characters: "${text}".`)
  }
  if (!REPOSITORY.test(text)) {
    throw new InvalidReference(
      `A repository's name is lower-case letters, digits and single separators (".", "_", "__", "-") between slashes: "${text}".`,
    )
  }
  return text
}

function checkTag(text: string): string {
  if (TAG.test(text)) return text
  throw new InvalidReference(
    `A tag is 1 to 128 letters, digits, "_", "." or "-" and does not start with "." or "-": "${text}".`,
  )
}

function checkDigest(text: string): Digest {
  const digest = parseDigest(text)
  if (digest !== undefined) return digest
  throw new InvalidReference(`A digest is "sha256:" and 64 lower-case hexadecimal digits: "${text}".`)
}
