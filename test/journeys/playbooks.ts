// Playbooks for journeys: small Pipelines whose one step does something that can be seen.

import { packBundle, pushBundle } from '../../shared/bundle/pack.ts'
import type { Digest } from '../../shared/oci/digest.ts'
import { createRegistry } from '../../shared/oci/registry.ts'
import type { PlaybookSpec } from '../../shared/playbook/playbook.ts'
import type { Stage } from './stage.ts'

export interface PlaybookText {
  readonly name: string
  readonly version: string
  /** A shell script for the only step; the parameters are in its environment. */
  readonly script: string
  readonly schema?: object
  /** When expressions of the only task. */
  readonly when?: readonly object[]
}

const PARAMETERS = [
  'TARGET_RESOURCE_KIND',
  'TARGET_RESOURCE_NAME',
  'TARGET_NAMESPACE',
  'SCALE_TARGET_REPLICAS',
]

/** Of all these playbooks. */
export const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: PARAMETERS,
  properties: {
    TARGET_RESOURCE_KIND: { type: 'string', enum: ['Deployment', 'StatefulSet'] },
    TARGET_RESOURCE_NAME: { type: 'string', maxLength: 63 },
    TARGET_NAMESPACE: { type: 'string', maxLength: 63 },
    SCALE_TARGET_REPLICAS: { type: 'integer', minimum: 0, maximum: 100 },
  },
}

export function pipelineOf({ name, version, script, when = [] }: PlaybookText, image: string): object {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name, annotations: { 'playbook.kubernaut.io/version': version } },
    spec: {
      params: PARAMETERS.map(parameter => ({ name: parameter, type: 'string' })),
      tasks: [
        {
          name: 'remediate',
          when,
          taskSpec: {
            steps: [
              {
                name: 'run',
                image,
                env: PARAMETERS.map(parameter => ({ name: parameter, value: `$(params.${parameter})` })),
                script: `#!/bin/sh\n${script}\n`,
              },
            ],
          },
        },
      ],
    },
  }
}

/** Pushes the bundle of a playbook under its version; answers its digest. */
export async function publish(stage: Stage, namespace: string, text: PlaybookText): Promise<Digest> {
  const { schema = SCHEMA } = text
  const packed = packBundle({
    documents: [JSON.stringify(pipelineOf(text, stage.image))],
    schema: JSON.stringify(schema),
  })
  const repository = `${namespace}/${text.name}`
  return pushBundle(
    createRegistry(),
    { registry: stage.registry, repository, tag: `v${text.version}` },
    packed,
  )
}

/** Registers what was published. */
export async function register(
  stage: Stage,
  namespace: string,
  { name, version, ...spec }: { name: string; version: string } & Partial<PlaybookSpec>,
): Promise<void> {
  const bundle = `${stage.registry}/${namespace}/${name}:v${version}`
  await stage.apply({
    apiVersion: 'playbook.kubernaut.io/v1alpha1',
    kind: 'Playbook',
    metadata: { name, namespace },
    spec: { bundle, cooldown: '0s', ...spec },
  } as never)
}
