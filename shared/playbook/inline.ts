// A release that is a container image: the Pipeline around it, which its runs carry themselves.

import { sortKeys } from '../bundle/json.ts'
import type { Release } from './playbook.ts'
import { VERSION_ANNOTATION } from './version.ts'

/** What such a release is made of. */
export type Inline = Pick<Release, 'pipeline' | 'version' | 'pipelineSpec'>

/** The Pipeline (tekton.dev/v1) as JSON; an API server keeps no order of keys, so they are sorted. */
export function inlinePipeline({ pipeline, version, pipelineSpec }: Inline): string {
  const metadata = { name: pipeline, annotations: { [VERSION_ANNOTATION]: version } }
  const object = { apiVersion: 'tekton.dev/v1', kind: 'Pipeline', metadata, spec: pipelineSpec }
  return JSON.stringify(sortKeys(object))
}
