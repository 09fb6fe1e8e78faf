// The words of `playbook pack`, `push`, `pull`, `diff` and `copy`.

import { type Command, Option } from 'commander'
import type { Shell } from '../shell.ts'
import { addTo, type Ending, examples, output, withRegistry } from '../words.ts'
import type { CopyOptions } from './copy.ts'
import type { DiffOptions } from './diff.ts'
import type { PackOptions, PushOptions } from './pack.ts'
import type { PullOptions } from './pull.ts'

const FILES = 'the Tekton objects (.yaml, .json) at its top, and playbook-schema.json'
const BUNDLE = 'a reference, an OCI layout folder, or its tar file'

function withPacking(command: Command): Command {
  const mediaTypes = new Option('--media-types <family>', 'of the manifest and its layers')
  return command
    .addOption(mediaTypes.choices(['docker', 'oci']).default('docker'))
    .option('--annotate <key=value>', 'an annotation of the manifest; may be given again', addTo)
    .addOption(output())
}

export function addPack(program: Command, shell: Shell, ending: Ending): void {
  withPacking(program.command('pack'))
    .summary('make a bundle of a folder, and say its digest')
    .description(
      'Packs a folder as `tkn bundle push` does. The same files give the same digest on every machine.',
    )
    .argument('<dir>', FILES)
    .option('--to <path>', 'write it as an OCI layout: a new folder, or a file that ends in .tar')
    .addHelpText('after', examples(['pack ./restart', 'pack ./restart --to restart.tar -o json']))
    .action(async (folder: string, options: PackOptions) => {
      const { pack } = await import('./pack.ts')
      ending.code = await pack(shell, folder, options)
    })
}

export function addPush(program: Command, shell: Shell, ending: Ending): void {
  withRegistry(withPacking(program.command('push')))
    .summary('pack a folder and push it to a registry')
    .description(
      'Packs a folder and pushes it, with the logins of docker. The last line is the reference, pinned.',
    )
    .argument('<dir>', FILES)
    .argument('<reference>', 'registry/repository:tag')
    .addHelpText('after', examples(['push ./restart registry.example.com/playbooks/restart:v1.0.0']))
    .action(async (folder: string, to: string, options: PushOptions) => {
      const { push } = await import('./pack.ts')
      ending.code = await push(shell, { folder, to }, options)
    })
}

export function addPull(program: Command, shell: Shell, ending: Ending): void {
  withRegistry(program.command('pull'))
    .summary('write the files of a bundle to a folder')
    .description('Writes the objects of a bundle as YAML, and its schema as playbook-schema.json.')
    .argument('<reference>', BUNDLE)
    .argument('<dir>', 'the folder; made where it is missing')
    .option('--force', 'write over files that are there')
    .addOption(output())
    .addHelpText('after', examples(['pull registry.example.com/playbooks/restart:v1.0.0 ./restart']))
    .action(async (from: string, folder: string, options: PullOptions) => {
      const { pull } = await import('./pull.ts')
      ending.code = await pull(shell, { from, folder }, options)
    })
}

export function addDiff(program: Command, shell: Shell, ending: Ending): void {
  withRegistry(program.command('diff'))
    .summary('say in what two bundles differ')
    .description(
      'Compares objects, schema and annotations, whatever their order and form. Ends with 1 where they differ.',
    )
    .argument('<before>', `a playbook's folder, ${BUNDLE}`)
    .argument('<after>', 'the same')
    .addOption(output())
    .addHelpText('after', examples(['diff registry.example.com/playbooks/restart:v1.0.0 ./restart']))
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { diff } = await import('./diff.ts')
      ending.code = await diff(shell, [before, after], options)
    })
}

export function addCopy(program: Command, shell: Shell, ending: Ending): void {
  withRegistry(program.command('copy'))
    .summary('copy a bundle between registries and disks')
    .description('Copies an image or index byte for byte: its digest stays.')
    .argument('<from>', BUNDLE)
    .argument('<to>', 'a reference, or a path (./dir, /dir, file.tar) for an OCI layout')
    .option('--signatures', 'its signatures and other referrers too, between registries')
    .addOption(output())
    .addHelpText(
      'after',
      examples([
        'copy registry.example.com/playbooks/restart:v1.0.0 mirror.example.com/playbooks/restart:v1.0.0',
        'copy registry.example.com/playbooks/restart:v1.0.0 ./restart.tar',
      ]),
    )
    .action(async (from: string, to: string, options: CopyOptions) => {
      const { copy } = await import('./copy.ts')
      ending.code = await copy(shell, { from, to }, options)
    })
}
