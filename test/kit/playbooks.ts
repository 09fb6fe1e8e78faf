// Playbooks for tests: a Pipeline with one task, its schema, and the registration that names both.

import { randomUUID } from 'node:crypto'
import { register } from '../../functions/register/index.ts'
import { type PackOptions, packBundle, pushBundle } from '../../shared/bundle/pack.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { playbooks } from '../../shared/kubernetes/resources.ts'
import { parseReference } from '../../shared/oci/reference.ts'
import { createRegistry, type RegistryOptions } from '../../shared/oci/registry.ts'
import { type Playbook, type PlaybookSpec, readyCondition } from '../../shared/playbook/playbook.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { changed } from './events.ts'
import { type Stage, TENANT } from './stage.ts'

export const SCHEMA = {
  type: 'object',
  required: ['REPLICAS'],
  properties: { REPLICAS: { type: 'integer', minimum: 0, maximum: 10 } },
}

/** A Pipeline's text; `spec` replaces what is given of it. */
export function pipelineText(spec: object = {}, name = 'scale'): string {
  const steps = [{ name: 'scale', image: 'registry.example.com/kubectl:1', script: 'kubectl scale' }]
  const plain = {
    params: [{ name: 'REPLICAS', type: 'string' }],
    tasks: [{ name: 'scale', taskSpec: { steps } }],
  }
  const body = {
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name },
    spec: { ...plain, ...spec },
  }
  return JSON.stringify(body)
}

interface Pushing {
  readonly pack?: Partial<PackOptions>
  readonly client?: RegistryOptions
}

/** One for all, because each finds out anew whether a registry speaks TLS. */
const plainClient = createRegistry()

/** Pushes a bundle to `registry/path`; answers that reference. */
export async function pushTo(reference: string, { pack = {}, client }: Pushing = {}): Promise<string> {
  const packed = await packBundle({ documents: [pipelineText()], schema: JSON.stringify(SCHEMA), ...pack })
  await pushBundle(
    client === undefined ? plainClient : createRegistry(client),
    parseReference(reference),
    packed,
  )
  return reference
}

/** Pushes a bundle to the stage's registry; answers its reference. */
export function push(stage: Stage, path: string, pushing?: Pushing): Promise<string> {
  return pushTo(`${stage.registry.host}/${path}`, pushing)
}

export function playbookOf(name: string, spec: PlaybookSpec): Playbook {
  const metadata = { name, namespace: TENANT }
  return { apiVersion: 'playbook.kubernaut.io/v1alpha1', kind: 'Playbook', metadata, spec }
}

export function create(stage: Stage, name: string, spec: PlaybookSpec): Promise<Playbook> {
  return stage.kubernetes.create(playbooks, playbookOf(name, spec))
}

export async function read(stage: Stage, name: string): Promise<Playbook> {
  const found = await stage.kubernetes.get<Playbook>(playbooks, { namespace: TENANT, name })
  if (found === undefined) throw new Error(`Playbook ${name} is gone`)
  return found
}

export async function edit(stage: Stage, name: string, spec: object): Promise<Playbook> {
  return stage.kubernetes.patch<Playbook>(playbooks, { namespace: TENANT, name }, { spec })
}

/** Tells `register` that the Playbook changed; answers what it replies. */
export function tell(
  stage: Stage,
  name: string,
  services: Services = stage.services,
): Promise<CloudEvent | undefined> {
  return register.create(services)(changed({ metadata: { namespace: TENANT, name } }))
}

/** A Playbook that is registered and may run. */
export async function registered(
  stage: Stage,
  name: string,
  spec: Partial<PlaybookSpec> = {},
): Promise<Playbook> {
  const bundle = await push(stage, `playbooks/${randomUUID()}:v1.0.0`)
  await create(stage, name, { bundle, ...spec })
  await tell(stage, name)
  await stage.services.background.idle()
  const playbook = await read(stage, name)
  const ready = readyCondition(playbook)
  if (ready?.status !== 'True') throw new Error(`Playbook ${name} is not Ready: ${ready?.message}`)
  return playbook
}
