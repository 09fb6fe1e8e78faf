// Manifests of the local registry: pull, push and delete by tag or digest, and the list of tags.

import type { Repository } from './referrers.ts'
import { indexSubject } from './referrers.ts'
import { notFound, reply, replyBytes, replyError, replyJson } from './reply.ts'
import type { StoredManifest, StoredRepository } from './store.ts'
import { digestLike, isDigest } from './store.ts'

const MAX_MANIFEST = 4 * 1024 * 1024
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

/** GET, HEAD, PUT and DELETE of one manifest (spec.md#pulling-manifests, #pushing-manifests, #deleting-manifests). */
export async function serveManifest(request: Request, { repository, referrers }: Repository, name: string) {
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return pull(request, repository, name)
    case 'PUT':
      return push(request, { repository, referrers }, name)
    case 'DELETE':
      return remove(repository, name)
    default:
      return replyError('UNSUPPORTED')
  }
}

/** The tags in lexical order, `n` of them after `last` (spec.md#listing-tags). */
export function listTags(request: Request, repository: StoredRepository, name: string): Response {
  const { searchParams } = new URL(request.url)
  const last = searchParams.get('last') ?? ''
  const count = Number(searchParams.get('n') ?? Number.POSITIVE_INFINITY)
  const rest = [...repository.tags.keys()].toSorted().filter(tag => tag > last)
  const tags = rest.slice(0, count)
  const more = tags.length > 0 && tags.length < rest.length
  const next = `</v2/${name}/tags/list?n=${count}&last=${encodeURIComponent(tags.at(-1) ?? '')}>; rel="next"`
  return replyJson({ name, tags }, more ? { link: next } : {})
}

function pull(request: Request, repository: StoredRepository, name: string): Response {
  const digest = repository.tags.get(name) ?? name
  const found = repository.manifests.get(digest)
  if (found === undefined || !accepts(request, found.mediaType)) return replyError('MANIFEST_UNKNOWN')
  return replyBytes(request, found.bytes, {
    'content-type': found.mediaType,
    'docker-content-digest': digest,
  })
}

/** As Debian's registry has it: an OCI manifest is unknown to a client that does not name its type. */
function accepts(request: Request, mediaType: string): boolean {
  const isOci = mediaType.startsWith('application/vnd.oci.')
  return !isOci || (request.headers.get('accept') ?? '').includes(mediaType)
}

async function push(
  request: Request,
  { repository, referrers }: Repository,
  name: string,
): Promise<Response> {
  const bytes = new Uint8Array(await request.arrayBuffer())
  if (bytes.length > MAX_MANIFEST) return reply(413)
  const wanted = isDigest(name) ? name : 'sha256:0'
  const digest = digestLike(wanted, bytes)
  if (digest === undefined || (isDigest(name) && digest !== name)) return replyError('DIGEST_INVALID')
  if (!isDigest(name) && !TAG.test(name)) return notFound()
  const document = readJson(bytes)
  if (document === undefined) return replyError('MANIFEST_INVALID')
  if (!hasBlobs(repository, document)) return replyError('MANIFEST_BLOB_UNKNOWN')
  const mediaType = request.headers.get('content-type') ?? String(document.mediaType ?? '')
  const stored: StoredManifest = { mediaType, bytes }
  repository.manifests.set(digest, stored)
  if (!isDigest(name)) repository.tags.set(name, digest)
  const subject = referrers ? indexSubject(document) : undefined
  return reply(201, {
    location: `manifests/${digest}`,
    'docker-content-digest': digest,
    ...(subject !== undefined && { 'oci-subject': subject }),
  })
}

/** An image must have its blobs before its manifest; that is what a real registry checks too. */
function hasBlobs({ blobs }: StoredRepository, { config, layers }: Record<string, unknown>): boolean {
  const wanted = [...(config === undefined ? [] : [config]), ...(Array.isArray(layers) ? layers : [])]
  return wanted.every(descriptor => blobs.has(String(descriptor?.digest)))
}

function remove(repository: StoredRepository, name: string): Response {
  if (repository.tags.delete(name)) return reply(202)
  if (!repository.manifests.delete(name)) return replyError('MANIFEST_UNKNOWN')
  for (const [tag, digest] of repository.tags) if (digest === name) repository.tags.delete(tag)
  return reply(202)
}

function readJson(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
