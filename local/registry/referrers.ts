// The referrers API of the local registry: which manifests name a digest as their subject.

import { notFound, replyError, replyJson } from './reply.ts'
import type { StoredManifest, StoredRepository } from './store.ts'
import { isDigest } from './store.ts'

/** A repository, and whether the registry has the referrers API. */
export interface Repository {
  readonly repository: StoredRepository
  readonly referrers: boolean
}

const INDEX = 'application/vnd.oci.image.index.v1+json'

/** The digest of a manifest's subject (spec.md#pushing-manifests-with-subject). */
export function indexSubject({ subject }: Record<string, unknown>): string | undefined {
  if (typeof subject !== 'object' || subject === null || !('digest' in subject)) return undefined
  return typeof subject.digest === 'string' ? subject.digest : undefined
}

/** An index of all referrers, or of one artifact type; without the API a plain 404 (spec.md#listing-referrers). */
export function listReferrers(
  request: Request,
  { repository, referrers }: Repository,
  digest: string,
): Response {
  if (!referrers) return notFound()
  if (request.method !== 'GET') return replyError('UNSUPPORTED')
  if (!isDigest(digest)) return replyError('DIGEST_INVALID')
  const wanted = new URL(request.url).searchParams.get('artifactType')
  const manifests = [...repository.manifests]
    .flatMap(([own, manifest]) => describe(own, manifest, digest))
    .filter(({ artifactType }) => wanted === null || artifactType === wanted)
  const headers = { 'content-type': INDEX, ...(wanted !== null && { 'oci-filters-applied': 'artifactType' }) }
  return replyJson({ schemaVersion: 2, mediaType: INDEX, manifests }, headers)
}

function describe(digest: string, { bytes, mediaType }: StoredManifest, subject: string) {
  const document: Record<string, unknown> = JSON.parse(Buffer.from(bytes).toString('utf8'))
  if (indexSubject(document) !== subject) return []
  const { config, annotations } = document
  const configType =
    typeof config === 'object' && config !== null && 'mediaType' in config && config.mediaType
  const artifactType = document.artifactType ?? configType
  return [
    {
      mediaType,
      digest,
      size: bytes.length,
      artifactType,
      ...(annotations !== undefined && { annotations }),
    },
  ]
}
