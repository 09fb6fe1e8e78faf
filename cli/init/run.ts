// `playbook init`: the folder of a new playbook, which lints without findings and packs.

import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatReference, parseReference } from '../../shared/oci/reference.ts'
import { Fault } from '../../shared/runtime/fault.ts'
import { DEFAULT_ANSIBLE_RUNNER } from '../../shared/workflow/ansible.ts'
import { type Format, print } from '../output.ts'
import { openRegistry, type RegistryOptions } from '../registry/open.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { filesOf } from './files.ts'
import { planFolder } from './from-folder.ts'
import type { Naming, Plan } from './plan.ts'
import { planContainer, planExample, planWorkflow } from './sources.ts'

export interface InitOptions extends RegistryOptions {
  readonly output: Format
  readonly image?: string
  readonly from?: string
  readonly fromWorkflow?: string
  readonly param?: readonly string[]
  readonly repository?: string
  readonly dir?: string
  readonly ansibleRunner?: string
}

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** The image by its digest: asked of its registry where it is not said. */
async function pinned(shell: Shell, image: string, options: RegistryOptions): Promise<string> {
  const reference = parseReference(image)
  if (reference.digest !== undefined) return image
  const registry = await openRegistry(shell, options)
  try {
    const { digest } = await registry.resolve(reference)
    return formatReference({ ...reference, digest })
  } catch (error) {
    const why = error instanceof Error ? error.message : error
    throw new Trouble(`The digest of ${image} cannot be found out: ${why}. Or name it: ${image}@sha256:….`)
  }
}

async function planOf(shell: Shell, naming: Naming, options: InitOptions): Promise<Plan> {
  const { image, from, fromWorkflow, param = [] } = options
  if ([image, from, fromWorkflow].filter(each => each !== undefined).length > 1)
    throw new Trouble('Give one of --image, --from and --from-workflow.')
  if (param.length > 0 && (from ?? fromWorkflow) !== undefined)
    throw new Trouble(
      '--param describes the parameters of --image; a Pipeline and a workflow bring their own.',
    )
  if (image !== undefined)
    return planContainer(naming, { image: await pinned(shell, image, options), params: param })
  if (from !== undefined) return planFolder(naming, from)
  if (fromWorkflow === undefined) return planExample(naming, param)
  const plan = await planWorkflow(naming, fromWorkflow, options.ansibleRunner ?? DEFAULT_ANSIBLE_RUNNER)
  const runner = options.ansibleRunner ?? DEFAULT_ANSIBLE_RUNNER
  // Only a workflow of ansible's runs in it, and only then is its registry asked.
  if (!JSON.stringify(plan.pipeline ?? {}).includes(JSON.stringify(runner))) return plan
  return planWorkflow(naming, fromWorkflow, await pinned(shell, runner, options))
}

async function isFilled(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new Trouble(`${folder} cannot be written: ${error.code}.`)
  })
  return names.length > 0
}

function explained(error: unknown): unknown {
  return error instanceof Fault ? new Trouble(error.message) : error
}

export async function init(shell: Shell, name: string, options: InitOptions): Promise<ExitCode> {
  if (!NAME.test(name))
    throw new Trouble(`A playbook's name has up to 63 lower-case letters, digits and "-", not "${name}".`)
  const folder = options.dir ?? name
  if (await isFilled(folder)) throw new Trouble(`${folder} is not empty: name another folder with --dir.`)
  const plan = await planOf(shell, { name, repository: options.repository }, options).catch(error => {
    throw explained(error)
  })
  const files = filesOf(plan)
  await mkdir(folder, { recursive: true })
  for (const file of files) await writeFile(join(folder, file.name), file.text)
  const next =
    plan.pipeline === undefined
      ? 'The workflow is a Tekton bundle already: there is nothing to pack. Register it: kubectl apply -f playbook.yaml'
      : `Next: playbook lint ${folder}`
  const value = { folder, files: files.map(file => file.name), bundle: plan.playbook.spec.bundle }
  await print(shell, options.output, {
    value,
    table: () => [...value.files.map(file => join(folder, file)), '', next].join('\n'),
  })
  return EXIT.yes
}
