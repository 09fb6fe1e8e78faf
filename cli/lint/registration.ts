// What `register` would refuse of a registration, as far as it can be seen beside its files.

import { isObject, type Json } from '../../shared/analysis/document.ts'
import { InvalidReference, parseReference } from '../../shared/oci/reference.ts'
import { segmentsOf } from '../../shared/parameters/schema.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import { checkPreconditions } from '../../shared/playbook/preconditions.ts'
import { decideVersion, VERSION_ANNOTATION } from '../../shared/playbook/version.ts'
import { parseDuration } from '../../shared/runtime/duration.ts'
import { SCHEMA_FILE } from '../bundle/folder.ts'
import type { Draft } from './finding.ts'
import { draft, type Folder, type PlacedDraft, pipelineOf } from './folder.ts'

/** A place below spec, why, and what to do. */
type Refusal = readonly [key: string, message: string, fix: string]

function faultOfReference(text: string): string | undefined {
  try {
    parseReference(text)
    return undefined
  } catch (error) {
    if (error instanceof InvalidReference) return error.message
    throw error
  }
}

function refusedTexts(spec: Json): Refusal[] {
  return ['bundle', 'image', 'pipeline', 'version', 'timeout', 'cooldown']
    .filter(key => spec[key] !== undefined && typeof spec[key] !== 'string')
    .map(key => [key, `spec.${key} must be text.`, 'Quote it.'])
}

function refusedDurations(spec: Json): Refusal[] {
  return ['timeout', 'cooldown']
    .filter(key => typeof spec[key] === 'string' && parseDuration(String(spec[key])) === undefined)
    .map(key => [key, `${JSON.stringify(spec[key])} is no duration.`, 'Write it like 90s, 10m or 1h30m.'])
}

/** What only bundles have, as `triggers/crd-playbook.yaml` says. */
const OF_BUNDLES: readonly Refusal[] = [
  ['pipeline', 'An image holds no Pipeline.', 'Leave spec.pipeline out.'],
  [
    'imagePullSecrets',
    'The kubelet pulls an image with the pull secrets of the service account.',
    'Add the secret there, and leave spec.imagePullSecrets out.',
  ],
]
const NO_VERSION: Refusal = [
  'image',
  'An image says no version of its parameters.',
  'Set spec.version, like 1.0.0.',
]

function refusedImage(spec: Json): Refusal[] {
  const fault = faultOfReference(String(spec.image))
  const verdict = decideVersion({ spec: spec.version === undefined ? undefined : String(spec.version) })
  return [
    ...(fault === undefined ? [] : [['image', fault, 'Write registry/repository@sha256:….'] as const]),
    ...(spec.version === undefined ? [NO_VERSION] : []),
    ...(spec.version !== undefined && !verdict.ok
      ? [['version', verdict.message, 'Write it like 1.2.3.'] as const]
      : []),
    ...OF_BUNDLES.filter(([key]) => spec[key] !== undefined),
  ]
}

function refusedSource(spec: Json, folder: Folder): Refusal[] {
  if (spec.image === undefined) return refusedVersion(spec, folder)
  if (spec.bundle === undefined) return refusedImage(spec)
  return [['image', 'The playbook names a bundle and an image.', 'Leave one of the two out.']]
}

function refusedVersion(spec: Json, folder: Folder): Refusal[] {
  const bundle = String(spec.bundle ?? '')
  const fault = bundle === '' ? 'spec.bundle is missing, and spec.image too.' : faultOfReference(bundle)
  if (fault !== undefined) return [['bundle', fault, 'Write registry/repository:v1.2.3.']]
  const metadata = pipelineOf(folder)?.document.value.metadata
  const annotation =
    isObject(metadata) && isObject(metadata.annotations)
      ? metadata.annotations[VERSION_ANNOTATION]
      : undefined
  const text = (value: unknown): string | undefined => (value === undefined ? undefined : String(value))
  const { tag } = parseReference(bundle)
  const verdict = decideVersion({ annotation: text(annotation), spec: text(spec.version), tag })
  return verdict.ok
    ? []
    : [['bundle', verdict.message, 'A version is written like 1.2.3, and the same everywhere.']]
}

function refusedPipeline(spec: Json, folder: Folder): Refusal[] {
  const { pipeline, parameters } = spec
  const isUnknown =
    typeof pipeline === 'string' && folder.pipelines.length > 0 && pipelineOf(folder) === undefined
  return [
    ...(isUnknown
      ? [
          [
            'pipeline',
            `The folder holds no Pipeline called ${pipeline}.`,
            'Correct the name, or leave it out.',
          ] as const,
        ]
      : []),
    ...(parameters !== undefined && folder.schema !== undefined
      ? [
          [
            'parameters',
            `The bundle carries ${SCHEMA_FILE}, so spec.parameters would be refused.`,
            'Remove spec.parameters.',
          ] as const,
        ]
      : []),
  ]
}

function lintPreconditions(playbook: Json, spec: Json): Draft[] {
  const { preconditions = [] } = spec
  const isList =
    Array.isArray(preconditions) &&
    preconditions.every(each => isObject(each) && typeof each.expression === 'string')
  if (!isList)
    return [
      draft('precondition', 'error', [
        ['spec', 'preconditions'],
        'A precondition is an object with an expression.',
        'Write [{expression: …}].',
      ]),
    ]
  return checkPreconditions(playbook as unknown as Playbook).map(({ severity, path, message }) =>
    draft('precondition', severity, [segmentsOf(path), message, 'Correct the expression.']),
  )
}

/** Nothing where the folder holds no registration. */
export function lintRegistration(folder: Folder): PlacedDraft[] {
  const at = folder.registration
  const spec = at?.document.value.spec
  if (at === undefined || !isObject(spec)) return []
  const texts = refusedTexts(spec)
  const refusals = [
    ...texts,
    ...refusedDurations(spec),
    ...refusedPipeline(spec, folder),
    ...(texts.length === 0 ? refusedSource(spec, folder) : []),
  ]
  const drafts = refusals.map(([key, message, fix]) =>
    draft('registration-invalid', 'error', [['spec', key], message, fix]),
  )
  return [...drafts, ...lintPreconditions(at.document.value, spec)].map(each => ({ at, draft: each }))
}
