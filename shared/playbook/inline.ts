// A playbook that is a container image: the Pipeline that its runs carry themselves, and the bundle that it would be.

import { sortKeys } from '../bundle/json.ts'
import { type PackedBundle, packBundle } from '../bundle/pack.ts'
import type { Release } from './playbook.ts'
import { VERSION_ANNOTATION } from './version.ts'

/** What such a release is made of. */
type Inline = Pick<Release, 'pipeline' | 'version' | 'pipelineSpec'>

/** The Pipeline (tekton.dev/v1) as JSON; an API server keeps no order of keys, so they are sorted. */
export function inlinePipeline({ pipeline, version, pipelineSpec }: Inline): string {
  return textOf({
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name: pipeline, annotations: { [VERSION_ANNOTATION]: version } },
    spec: pipelineSpec,
  })
}

/** The bundle of the Pipeline and the schema: its digest is the release's, whether or not it was ever pushed. */
export function packInline(release: Inline & Pick<Release, 'schema'>): PackedBundle {
  return packBundle({ documents: [inlinePipeline(release)], schema: textOf(release.schema) })
}

function textOf(value: unknown): string {
  return JSON.stringify(sortKeys(value))
}
