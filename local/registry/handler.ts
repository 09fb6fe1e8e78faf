// The local registry as a plain handler: OCI distribution 1.1, from a Request to a Response.

import type { Authentication } from './authentication.ts'
import { createGuard } from './authentication.ts'
import { serveBlob, serveUpload, startUpload } from './blobs.ts'
import { listTags, serveManifest } from './manifests.ts'
import { listReferrers } from './referrers.ts'
import { notFound, reply, replyError } from './reply.ts'
import type { Store } from './store.ts'
import { openRepository } from './store.ts'

export interface HandlerOptions {
  readonly auth?: Authentication | undefined
  /** Whether there is a referrers API; default true. */
  readonly referrers?: boolean | undefined
}

export type Handler = (request: Request) => Promise<Response>

const NAME = /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/
const PATH = /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|tags|referrers)\/([^/]*)$/

/** Builds a registry over a store (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints). */
export function createHandler(store: Store, options: HandlerOptions = {}): Handler {
  const guard = createGuard(options.auth)
  return async request => {
    const refused = guard(request)
    if (refused !== undefined) return refused
    const { pathname } = new URL(request.url)
    if (pathname === '/v2/' || pathname === '/v2') return reply(200)
    const [, name, resource, last = ''] = PATH.exec(pathname) ?? []
    // A path that no route matches is unknown to real registries, whatever is wrong with it.
    if (name === undefined || !NAME.test(name)) return notFound()
    return route({ request, store, name, referrers: options.referrers ?? true }, `${resource}`, last)
  }
}

interface Visit {
  readonly request: Request
  readonly store: Store
  readonly name: string
  readonly referrers: boolean
}

async function route(visit: Visit, resource: string, last: string): Promise<Response> {
  const { request, store, name, referrers } = visit
  if (resource === 'blobs/uploads' && last === '') {
    return request.method === 'POST' ? startUpload(request, store, name) : replyError('UNSUPPORTED')
  }
  if (resource === 'manifests' && request.method === 'PUT') {
    return serveManifest(request, { repository: openRepository(store, name), referrers }, last)
  }
  const repository = store.get(name)
  if (resource === 'referrers') {
    return listReferrers(
      request,
      { repository: repository ?? openRepository(new Map(), name), referrers },
      last,
    )
  }
  if (repository === undefined) return replyError(resource === 'blobs' ? 'BLOB_UNKNOWN' : 'NAME_UNKNOWN')
  switch (resource) {
    case 'blobs':
      return serveBlob(request, repository, last)
    case 'blobs/uploads':
      return serveUpload(request, repository, { name, id: last })
    case 'manifests':
      return serveManifest(request, { repository, referrers }, last)
    default:
      return request.method === 'GET' && last === 'list'
        ? listTags(request, repository, name)
        : replyError('UNSUPPORTED')
  }
}
