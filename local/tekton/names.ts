// The names that Tekton derives for what it creates.

import { createHash } from 'node:crypto'
import type { Param } from './pipeline.ts'

const LONGEST = 63
const HASH = 32
const HEAD = LONGEST - HASH

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

/**
 * The name of a child, at most 63 characters: parent and suffix, or as much of them as fits around an MD5 of what was
 * cut (knative.dev/pkg kmeta.ChildName, which Tekton names TaskRuns with).
 */
export function childName(parent: string, suffix: string): string {
  if (parent.length + suffix.length <= LONGEST) return parent + suffix
  const room = HEAD - suffix.length
  if (room > 0) return parent.slice(0, room) + md5(parent) + suffix
  const hashed = parent.slice(0, HEAD) + md5(parent + suffix)
  return (hashed + suffix.slice(0, LONGEST - hashed.length)).replace(/[^a-zA-Z0-9]+$/, '')
}

const FNV_OFFSET = 0x6c62272e07bb014262b821756295c58dn
const FNV_PRIME = 0x0000000001000000000000000000013bn
const FNV_MASK = (1n << 128n) - 1n

function fnv1a128(text: string): string {
  let hash = FNV_OFFSET
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * FNV_PRIME) & FNV_MASK
  return hash.toString(16).padStart(32, '0')
}

/** Go writes an object's keys in order and escapes what would be markup. */
function goJson(value: unknown): string {
  const sorted =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  return JSON.stringify(sorted).replace(
    /[<>&\u2028\u2029]/g,
    mark => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/**
 * The name of a ResolutionRequest: the resolver, cut to 30 characters, and an FNV-1a of the owner and the parameters, so
 * that the same reference of the same run is asked for once (https://tekton.dev/docs/pipelines/resolution/).
 */
export function resolutionRequestName(resolver: string, owner: string, params: readonly Param[]): string {
  const sorted = [...params].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const text = sorted.map(({ name, value }) => name + (typeof value === 'string' ? value : goJson(value)))
  return `${resolver.slice(0, 30)}-${fnv1a128(owner + text.join(''))}`
}
