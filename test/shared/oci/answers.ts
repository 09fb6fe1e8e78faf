// A registry that gives the answers a test prepared, one after the other.

import { digestOf } from '../../../shared/oci/digest.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { createNetwork } from './hosts.ts'

export const CONFIG = new TextEncoder().encode('{}')
export const REF = parseReference('registry.example.com/a/b:v1')

export function image(more: object = {}) {
  const config = { mediaType: 'application/json', digest: digestOf(CONFIG), size: CONFIG.length }
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, config, layers: [config], ...more }
  return new TextEncoder().encode(JSON.stringify(manifest))
}

export function answering(...responses: (() => Response)[]) {
  const network = createNetwork({
    'https://registry.example.com': async () =>
      (responses.shift() ?? (() => new Response(null, { status: 500 })))(),
  })
  return {
    network,
    client: createRegistry({ fetch: network.fetch, retry: { retries: 0, pause: 1 }, maxBlob: 1000 }),
  }
}

export const manifestAnswer =
  (bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  () =>
    new Response(bytes, { headers: { 'content-type': MEDIA_TYPES.ociManifest, ...headers } })
