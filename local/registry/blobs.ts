// Blobs of the local registry: pull, monolithic and chunked push, mount, delete.

import { randomUUID } from 'node:crypto'
import { reply, replyBytes, replyError } from './reply.ts'
import type { Store, StoredRepository } from './store.ts'
import { digestLike, isDigest, openRepository } from './store.ts'

/** GET, HEAD and DELETE of one blob (spec.md#pulling-blobs, #deleting-blobs). */
export function serveBlob(request: Request, repository: StoredRepository, digest: string): Response {
  if (!isDigest(digest)) return replyError('DIGEST_INVALID')
  const bytes = repository.blobs.get(digest)
  if (bytes === undefined) return replyError('BLOB_UNKNOWN')
  if (request.method === 'DELETE') {
    repository.blobs.delete(digest)
    return reply(202)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return replyError('UNSUPPORTED')
  return replyBytes(request, bytes, {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
  })
}

/** POST: starts an upload, finishes it in one request, or mounts a blob of another repository (spec.md#pushing-blobs, #mounting-a-blob-from-another-repository). */
export async function startUpload(request: Request, store: Store, name: string): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const repository = openRepository(store, name)
  const mount = searchParams.get('mount')
  const mounted = mount && store.get(searchParams.get('from') ?? '')?.blobs.get(mount)
  if (mount && mounted) {
    repository.blobs.set(mount, mounted)
    return created(name, mount)
  }
  const digest = searchParams.get('digest')
  if (digest !== null)
    return finish(repository, name, { digest, bytes: new Uint8Array(await request.arrayBuffer()) })
  const id = randomUUID()
  repository.uploads.set(id, new Uint8Array())
  return uploadState(202, name, { id, size: 0 })
}

/** PATCH, PUT, GET and DELETE of one upload (spec.md#pushing-a-blob-in-chunks). */
export async function serveUpload(
  request: Request,
  repository: StoredRepository,
  { name, id }: { name: string; id: string },
): Promise<Response> {
  const soFar = repository.uploads.get(id)
  if (soFar === undefined) return replyError('BLOB_UPLOAD_UNKNOWN')
  switch (request.method) {
    case 'GET':
      return uploadState(204, name, { id, size: soFar.length })
    case 'DELETE':
      repository.uploads.delete(id)
      return reply(204)
    case 'PATCH':
    case 'PUT':
      break
    default:
      return replyError('UNSUPPORTED')
  }
  const chunk = new Uint8Array(await request.arrayBuffer())
  const start = /^(\d+)-\d+$/.exec(request.headers.get('content-range') ?? '')?.[1]
  if (start !== undefined && Number(start) !== soFar.length) return replyError('BLOB_UPLOAD_INVALID')
  const bytes = new Uint8Array(Buffer.concat([soFar, chunk]))
  if (request.method === 'PATCH') {
    repository.uploads.set(id, bytes)
    return uploadState(202, name, { id, size: bytes.length })
  }
  const digest = new URL(request.url).searchParams.get('digest') ?? ''
  // An upload that turns out wrong is over as well: its client begins again.
  repository.uploads.delete(id)
  return finish(repository, name, { digest, bytes })
}

function finish(
  repository: StoredRepository,
  name: string,
  { digest, bytes }: { digest: string; bytes: Uint8Array<ArrayBuffer> },
): Response {
  if (!isDigest(digest) || digestLike(digest, bytes) !== digest) return replyError('DIGEST_INVALID')
  repository.blobs.set(digest, bytes)
  return created(name, digest)
}

function created(name: string, digest: string): Response {
  return reply(201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest })
}

function uploadState(status: number, name: string, upload: { id: string; size: number }): Response {
  return reply(status, {
    location: `/v2/${name}/blobs/uploads/${upload.id}?state=open`,
    range: `0-${Math.max(0, upload.size - 1)}`,
    'docker-upload-uuid': upload.id,
  })
}
