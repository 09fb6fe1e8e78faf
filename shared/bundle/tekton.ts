// Which documents are Tekton objects, and how a bundle's annotations call them.

import { BundleError } from './error.ts'
import { MAX_OBJECT } from './layer.ts'
import type { ParsedDocument } from './yaml.ts'

/** An object ready for a layer. */
export interface TektonObject {
  /** Lower case, as the contract wants it. */
  readonly kind: string
  readonly name: string
  /** `v1` of `tekton.dev/v1`. */
  readonly version: string
  readonly json: string
}

/** What tkn's scheme knows (https://tekton.dev/docs/pipelines/pipeline-api/). */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  v1: ['Pipeline', 'PipelineRun', 'Task', 'TaskRun'],
  v1beta1: ['ClusterTask', 'CustomRun', 'Pipeline', 'PipelineRun', 'StepAction', 'Task', 'TaskRun'],
  v1alpha1: ['Run', 'StepAction', 'VerificationPolicy'],
}

/** What a bundle would call a document. Throws BundleError `NotABundle` or `TooLarge`. */
export function asTektonObject({ json, object }: ParsedDocument): TektonObject {
  const { apiVersion, kind } = object
  const version = String(apiVersion).replace(/^tekton\.dev\//, '')
  if (
    typeof kind !== 'string' ||
    apiVersion !== `tekton.dev/${version}` ||
    !VERSIONS[version]?.includes(kind)
  ) {
    throw new BundleError(
      'NotABundle',
      `failed to parse string as a Tekton object: ${describe(apiVersion, kind)}`,
    )
  }
  if (Buffer.byteLength(json) > MAX_OBJECT) {
    throw new BundleError('TooLarge', `${kind} ${nameOf(object)} has more than ${MAX_OBJECT} bytes`)
  }
  return { kind: kind.toLowerCase(), name: nameOf(object), version, json }
}

function nameOf({ metadata }: Readonly<Record<string, unknown>>): string {
  const name =
    typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata.name : undefined
  if (typeof name === 'string' && name !== '') return name
  throw new BundleError('NotABundle', 'kubernetes resources should have a name')
}

function describe(apiVersion: unknown, kind: unknown): string {
  return apiVersion === undefined || kind === undefined
    ? 'it needs apiVersion and kind'
    : `${JSON.stringify(apiVersion)}, kind ${JSON.stringify(kind)}`
}
