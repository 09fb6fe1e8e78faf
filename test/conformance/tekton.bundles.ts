// The Pipelines of the Tekton scenarios, in bundles that are pushed to whatever registry the Tekton under test can reach.

import { randomUUID } from 'node:crypto'
import type { PipelineSpec } from '../../local/tekton/pipeline.ts'
import { type PackedBundle, packBundle, pushBundle } from '../../shared/bundle/pack.ts'
import { digestOf } from '../../shared/oci/digest.ts'
import { parseReference } from '../../shared/oci/reference.ts'
import { createRegistry } from '../../shared/oci/registry.ts'
import type { RunSpec, TektonWorld } from './tekton.world.ts'

/** The same image with its first layer once more, without annotations, as a stock OCI tool would add one. */
function spoiled(packed: PackedBundle): PackedBundle {
  const document = JSON.parse(Buffer.from(packed.manifest).toString('utf8'))
  const { annotations: _, ...bare } = document.layers[0]
  const layers = [...document.layers, bare]
  const manifest = new Uint8Array(Buffer.from(JSON.stringify({ ...document, layers })))
  return { ...packed, manifest, digest: digestOf(manifest) }
}

/** The part of a Tekton's world that publishes, each bundle in a repository of its own; `registry` is host:port. */
export function publishing(registry: string): Pick<TektonWorld, 'publish' | 'missing'> {
  const missing = () => `${registry}/playbooks/${randomUUID()}:v1`
  return {
    async publish(documents, { spoil = false } = {}) {
      const reference = missing()
      const packed = packBundle({ documents })
      await pushBundle(createRegistry(), parseReference(reference), spoil ? spoiled(packed) : packed)
      return reference
    },
    missing,
  }
}

/** A Pipeline's YAML (JSON is YAML), as it goes into a bundle. */
export function pipeline(name: string, spec: PipelineSpec, metadata: Record<string, unknown> = {}): string {
  return JSON.stringify({
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name, ...metadata },
    spec,
  })
}

/** A reference to a Pipeline in a bundle. */
export function fromBundle(bundle: string, name: string): Pick<RunSpec, 'pipelineRef'> {
  const params = [
    { name: 'bundle', value: bundle },
    { name: 'name', value: name },
    { name: 'kind', value: 'Pipeline' },
  ]
  return { pipelineRef: { resolver: 'bundles', params } }
}
