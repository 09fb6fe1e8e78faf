// Who refers to a manifest: signatures, attestations, and anything else pushed with it as subject.

import type { Digest } from './digest.ts'
import { RegistryError } from './error.ts'
import type { Answer } from './exchange.ts'
import type { Transport } from './fetch.ts'
import type { Descriptor, FetchManifest } from './manifest.ts'
import { MEDIA_TYPES, parseManifest } from './manifest.ts'
import type { Reference } from './reference.ts'

type Subject = Reference & { readonly digest: Digest }

export type ListReferrers = (subject: Subject, signal?: AbortSignal) => Promise<Descriptor[]>

const MAX_PAGE = 4 * 1024 * 1024
const MAX_PAGES = 20
/** How registries say that they do not know the endpoint; the specification's own is 404. */
const UNSUPPORTED = [400, 404, 405, 406]

/** Lists referrers by the API, page by page, or else by the referrers tag (spec.md#listing-referrers, #unavailable-referrers-api). */
export function createReferrers(transport: Transport, manifest: FetchManifest): ListReferrers {
  return async (subject, signal) => {
    const found: Descriptor[] = []
    let path: string | URL | undefined = `referrers/${subject.digest}`
    for (let page = 0; path !== undefined && page < MAX_PAGES; page++) {
      const answer: Answer = await transport.send({
        at: subject,
        method: 'GET',
        path,
        what: `referrers of ${subject.digest}`,
        headers: { accept: MEDIA_TYPES.ociIndex },
        limit: MAX_PAGE,
        expect: [200, ...UNSUPPORTED],
        signal,
      })
      if (!isIndex(answer)) return readTag(manifest, subject, signal)
      found.push(...manifestsOf(answer))
      path = nextPage(answer)
    }
    return found
  }
}

/** The tag schema: an index under the digest with its colon as a dash. No such tag: no referrers. */
async function readTag(
  manifest: FetchManifest,
  { registry, repository, digest }: Subject,
  signal?: AbortSignal,
): Promise<Descriptor[]> {
  try {
    const found = await manifest({ registry, repository, tag: digest.replace(':', '-') }, signal)
    return found.manifest.kind === 'index' ? [...found.manifest.manifests] : []
  } catch (error) {
    if (error instanceof RegistryError && error.reason === 'notFound') return []
    throw error
  }
}

function isIndex({ status, headers }: Answer): boolean {
  return status === 200 && (headers.get('content-type') ?? '').startsWith(MEDIA_TYPES.ociIndex)
}

function manifestsOf({ bytes }: Answer): readonly Descriptor[] {
  const index = parseManifest(bytes, MEDIA_TYPES.ociIndex)
  return index.kind === 'index' ? index.manifests : []
}

/** RFC 8288; only on the same host, since it is followed with our credentials. */
function nextPage({ headers, url }: Answer): URL | undefined {
  const target = /<([^>]*)>\s*;[^,]*rel="?next"?/.exec(headers.get('link') ?? '')?.[1]
  if (target === undefined || !URL.canParse(target, url.href)) return undefined
  const next = new URL(target, url)
  return next.origin === url.origin ? next : undefined
}
