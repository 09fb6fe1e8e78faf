// A release that is a container image, as the bundle that it would be.

import { sortKeys } from '../bundle/json.ts'
import { type PackedBundle, packBundle } from '../bundle/pack.ts'
import { type Inline, inlinePipeline } from './inline.ts'
import type { Release } from './playbook.ts'

/** The bundle of the Pipeline and the schema: its digest is the release's, whether or not it was ever pushed. */
export function packInline(release: Inline & Pick<Release, 'schema'>): PackedBundle {
  return packBundle({
    documents: [inlinePipeline(release)],
    schema: JSON.stringify(sortKeys(release.schema)),
  })
}
