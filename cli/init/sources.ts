// Where a new playbook comes from: a container image, a Kubernaut workflow, or nothing yet.

import { readFile } from 'node:fs/promises'
import { formatReference, parseReference, pin } from '../../shared/oci/reference.ts'
import { compileParameters } from '../../shared/parameters/compile.ts'
import { wrapContainer } from '../../shared/workflow/container.ts'
import { importWorkflow } from '../../shared/workflow/import.ts'
import { Trouble } from '../shell.ts'
import { bounded, schemaOfWords } from './params.ts'
import { completed, type Naming, type Plan, REPOSITORY, registrationOf } from './plan.ts'

/** BusyBox as Tekton 1.15 pins it for its own scripts; the steps of a new playbook only say what they would do. */
const EXAMPLE_IMAGE =
  'cgr.dev/chainguard/busybox@sha256:19f02276bf8dbdd62f069b922f10c65262cc34b710eea26ff928129a736be791'
const EXAMPLE_PARAMS = [
  'TARGET_RESOURCE_KIND:Deployment|StatefulSet',
  'TARGET_RESOURCE_NAME',
  'TARGET_NAMESPACE',
  'DRY_RUN:boolean=true',
]
const EXAMPLE_SCRIPT = `#!/bin/sh
set -eu
echo "would change $TARGET_RESOURCE_KIND $TARGET_NAMESPACE/$TARGET_RESOURCE_NAME (dry run: $DRY_RUN)"
`

interface Container {
  /** Pinned by digest. */
  readonly image: string
  readonly params: readonly string[]
}

/** The thin wrapper: one step that runs the image as it is, with the parameters as its environment. */
export function planContainer(naming: Naming, { image, params }: Container, script?: string): Plan {
  const schema = schemaOfWords(params)
  const compiled = compileParameters(schema)
  if (!compiled.ok) throw new Trouble(compiled.errors.map(({ message }) => message).join(' '))
  const { name, version = '1.0.0' } = naming
  const pipeline = wrapContainer({ name, version, image, flat: compiled.flat })
  return {
    name,
    pipeline: script === undefined ? pipeline : withScript(pipeline, script),
    schema,
    playbook: registrationOf(naming),
    others: new Map(),
  }
}

function withScript(pipeline: Plan['schema'], script: string): Plan['schema'] {
  const copy = structuredClone(pipeline) as {
    spec: { tasks: { taskSpec: { steps: Record<string, unknown>[] } }[] }
  }
  for (const { taskSpec } of copy.spec.tasks) for (const step of taskSpec.steps) step.script = script
  return copy as unknown as Plan['schema']
}

/** Something that runs, lints and packs, to be changed. */
export function planExample(naming: Naming, params: readonly string[]): Plan {
  const container = { image: EXAMPLE_IMAGE, params: params.length > 0 ? params : EXAMPLE_PARAMS }
  const script = params.length > 0 ? '#!/bin/sh\nset -eu\nenv\n' : EXAMPLE_SCRIPT
  return planContainer(naming, container, script)
}

/** Its digest decides; a tag beside it may say another version. */
function pinnedOnly(bundle: string): string {
  const reference = parseReference(bundle)
  return reference.digest === undefined ? bundle : formatReference(pin(reference, reference.digest))
}

/** A RemediationWorkflow: its image or its ansible playbook is wrapped, a Tekton bundle stays where it is. Throws Fault. */
export async function planWorkflow(naming: Naming, file: string, ansibleRunner: string): Promise<Plan> {
  const text = await readFile(file, 'utf8').catch(error => {
    throw new Trouble(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  })
  const { name, repository } = naming
  const options = { ansibleRunner, repository: repository ?? REPOSITORY }
  const { playbook, pipeline, schema, resources } = importWorkflow(text, options)
  const limited = bounded(schema)
  const { parameters, bundle: named = '', ...spec } = playbook.spec
  const bundle = pipeline === undefined ? pinnedOnly(named) : named
  return {
    name,
    ...(pipeline === undefined ? {} : { pipeline }),
    schema: limited,
    playbook: completed({
      ...playbook,
      metadata: { ...playbook.metadata, name },
      spec: { ...spec, bundle, ...(parameters === undefined ? {} : { parameters: limited }) },
    }),
    others: new Map(resources.length === 0 ? [] : [['resources.yaml', resources]]),
  }
}
