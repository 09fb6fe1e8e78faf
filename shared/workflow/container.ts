// The thin wrapper around a container image: a Pipeline of one step, with the parameters as its environment.

import type { Json } from '../analysis/document.ts'
import type { FlatParameter } from '../parameters/parameters.ts'
import { wrapInPipeline } from './wrap.ts'

/** The schema of an image that takes no parameters. */
export const NO_PARAMETERS = { type: 'object', properties: {}, additionalProperties: false } as const

export interface Container {
  /** Of the Pipeline. */
  readonly name: string
  readonly version: string
  /** Pinned by digest. */
  readonly image: string
  readonly flat: readonly FlatParameter[]
}

/** A Tekton v1 Pipeline that runs the image once, as it is. */
export function wrapContainer({ name, version, image, flat }: Container): Json {
  const workflow = {
    ...{ name, version, engine: 'job' as const, bundle: image, spec: {}, engineConfig: {} },
    ...{ secrets: [], configMaps: [], resources: [] },
  }
  return wrapInPipeline({ workflow, flat, ansibleRunner: image })
}
