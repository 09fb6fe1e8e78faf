// A Playbook that names a container image: the image as its registry has it, and the Pipeline around it.

import { sortKeys } from '../../shared/bundle/json.ts'
import { ANNOTATIONS } from '../../shared/bundle/read.ts'
import type { FetchedManifest } from '../../shared/oci/manifest.ts'
import { formatReference, pin, type Reference } from '../../shared/oci/reference.ts'
import type { Pull } from '../../shared/oci/registry.ts'
import { compileParameters } from '../../shared/parameters/compile.ts'
import type { CompiledParameters } from '../../shared/parameters/parameters.ts'
import { inlinePipeline } from '../../shared/playbook/inline.ts'
import { packInline } from '../../shared/playbook/pack-inline.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import { decideVersion } from '../../shared/playbook/version.ts'
import { NO_PARAMETERS, wrapContainer } from '../../shared/workflow/container.ts'
import type { Read, Wrong } from './gather.ts'

/** What a Pipeline's param and a container's environment can both be called. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/

function wrong(reason: string, message: string, more: Partial<Wrong> = {}): Wrong {
  return { kind: 'wrong', reason, message, mayPass: false, ...more }
}

function isBundle({ manifest }: FetchedManifest): boolean {
  return (
    manifest.kind === 'image' &&
    manifest.layers.some(({ annotations = {} }) => Object.hasOwn(annotations, ANNOTATIONS.kind))
  )
}

/** The schema with its keys in order: an API server keeps none, and one schema has one digest. */
function compileSorted(source: unknown): ReturnType<typeof compileParameters> {
  const compiled = compileParameters(source)
  return compiled.ok ? compileParameters(sortKeys(compiled.schema)) : compiled
}

interface Named {
  readonly name: string
  readonly version: string
  /** Pinned. */
  readonly image: string
}

function wrap({ name, version, image }: Named, { flat, schema }: CompiledParameters): Read {
  const { spec } = wrapContainer({ name, version, image, flat })
  const pipelineSpec = spec as Readonly<Record<string, unknown>>
  const inline = { pipeline: name, version, pipelineSpec, schema }
  return {
    kind: 'read',
    source: { image, pipelineSpec },
    digest: packInline(inline).digest,
    name,
    pipeline: JSON.parse(inlinePipeline(inline)) as Read['pipeline'],
    schema: { carrier: 'playbook', json: schema },
  }
}

/** What the Playbook says of itself; where the image is makes no difference to that. */
function readImage(playbook: Playbook, pinned: Reference): Read | Wrong {
  const { spec, metadata } = playbook
  const verdict = decideVersion({ spec: spec.version })
  if (!verdict.ok)
    return wrong(
      'NoVersion',
      spec.version === undefined
        ? 'An image says no version of its parameters. Set spec.version, like 1.0.0.'
        : verdict.message,
    )
  const compiled = compileSorted(spec.parameters ?? NO_PARAMETERS)
  const findings = compiled.ok ? [] : compiled.errors
  if (!compiled.ok)
    return wrong('InvalidSchema', findings.map(({ message }) => message).join(' '), { findings })
  const unfit = compiled.flat.find(({ name }) => !NAME.test(name))
  if (unfit !== undefined)
    return wrong(
      'InvalidSchema',
      `The parameter ${unfit.name} cannot be an environment variable: use letters, digits, "_" and "-".`,
    )
  return wrap({ name: metadata.name, version: verdict.version, image: formatReference(pinned) }, compiled)
}

/** Throws InvalidReference and RegistryError. */
export async function gatherImage(
  playbook: Playbook,
  { registry, reference }: { readonly registry: Pull; readonly reference: Reference },
  signal: AbortSignal,
): Promise<Read | Wrong> {
  const fetched = await registry.manifest(reference, signal)
  if (isBundle(fetched))
    return wrong(
      'ImageIsBundle',
      `${formatReference(reference)} is a Tekton bundle, which no container runs. Name it as spec.bundle.`,
    )
  return readImage(playbook, pin(reference, fetched.descriptor.digest))
}
