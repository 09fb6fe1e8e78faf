// The registry's protocol as a table, for the local registry and for real ones alike.

import { BLOB_ROWS } from './registry.blobs.ts'
import { MANIFEST_ROWS } from './registry.manifests.ts'
import type { Row } from './registry.row.ts'

/** In this order: each row builds on those before it. */
export const registryRows: readonly (Row & { readonly name: string })[] = [
  ...BLOB_ROWS,
  ...MANIFEST_ROWS,
].map((row, index) => ({
  ...row,
  name: `${index}: ${row.call.replaceAll(/[0-9a-f]{60}/g, '…')} ${row.status}`,
}))
