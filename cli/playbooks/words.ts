// The words of `playbook register`, `list`, `show` and `validate`.

import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import { addTo, type Ending, examples, withCluster, withLogins } from '../words.ts'
import type { ListOptions } from './list.ts'
import type { MigrateOptions } from './migrate.ts'
import type { RegisterOptions } from './register.ts'
import type { RollbackOptions } from './rollback.ts'
import type { ValidateOptions } from './validate.ts'

const NAME = 'namespace/name, or a name'

export function addRegister(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('register'))
    .summary('apply a registration, and wait for the verdict')
    .description('Applies the Playbook of a folder or a file, and waits until the cluster has judged it.')
    .argument('<path>', "a playbook's folder, or the file of its registration")
    .option('--bundle <reference>', 'another bundle than the file names')
    .option('--wait <duration>', 'how long to wait', '60s')
    .addHelpText('after', examples(['register ./restart', 'register ./restart -n remediation -o json']))
    .action(async (path: string, options: RegisterOptions) => {
      const { register } = await import('./register.ts')
      ending.code = await register(shell, path, options)
    })
}

export function addList(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('list'))
    .summary('list the playbooks of a namespace')
    .description('Lists Playbooks: version, whether they are ready, and why not.')
    .option('-A, --all-namespaces', 'of all namespaces')
    .addHelpText('after', examples(['list -n remediation', 'list -A -o json']))
    .action(async (options: ListOptions) => {
      const { list } = await import('./list.ts')
      ending.code = await list(shell, options)
    })
}

export function addShow(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('show'))
    .summary('show a playbook: parameters, findings, versions')
    .description('Shows what is known of a Playbook; with -o json or yaml the object itself.')
    .argument('<playbook>', NAME)
    .addHelpText('after', examples(['show remediation/restart']))
    .action(async (name: string, options: ListOptions) => {
      const { show } = await import('./list.ts')
      ending.code = await show(shell, name, options)
    })
}

export function addValidate(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('validate'))
    .summary('hold parameters against a playbook')
    .description(
      'Says whether a playbook would take these parameters, and as what; else every fault at once, in the words that ' +
        'the analysis service is told. A folder is judged without a cluster.',
    )
    .argument('<playbook>', `${NAME}; or the folder of one`)
    .option('--param <name=value>', 'may be given again', addTo)
    .option('--parameters <file>', 'all of them, in JSON or YAML')
    .option('--release <version>', 'a version that was registered before')
    .addHelpText(
      'after',
      examples([
        'validate ./restart --param TARGET_NAMESPACE=shop',
        'validate remediation/restart --parameters values.json -o json',
      ]),
    )
    .action(async (what: string, options: ValidateOptions) => {
      const { validate } = await import('./validate.ts')
      ending.code = await validate(shell, what, options)
    })
}

export function addRollback(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('rollback'))
    .summary('take a playbook back to an earlier version')
    .description(
      'Writes into the Playbook what an earlier version was registered from, and waits for the verdict: the version ' +
        'before the current one; or the current one, where the last change was refused. Runs that exist keep theirs.',
    )
    .argument('<playbook>', NAME)
    .option('--to <version>', 'another version, or a digest, of those that playbook show lists')
    .option('--yes', 'do not ask; elsewhere than on a terminal nothing is asked')
    .option('--wait <duration>', 'how long to wait', '60s')
    .addHelpText('after', examples(['rollback remediation/restart', 'rollback restart --to 1.2.0 --yes']))
    .action(async (name: string, options: RollbackOptions) => {
      const { rollback } = await import('./rollback.ts')
      ending.code = await rollback(shell, name, options)
    })
}

export function addMigrate(program: Command, shell: Shell, ending: Ending): void {
  withLogins(withCluster(program.command('migrate')))
    .summary('turn a playbook that is an image into a bundle')
    .description(
      'Pushes the bundle that a Playbook with spec.image is, and lets the Playbook name it. Version and digest stay, ' +
        'and runs are the same; the Pipeline can then be pulled and changed.',
    )
    .argument('<playbook>', NAME)
    .option('--to <repository>', 'for the bundle; beside the image, as NAME-playbook, where it is left out')
    .option('--wait <duration>', 'how long to wait', '60s')
    .addHelpText(
      'after',
      examples(['migrate remediation/scale', 'migrate scale --to registry.example.com/playbooks/scale']),
    )
    .action(async (name: string, options: MigrateOptions) => {
      const { migrate } = await import('./migrate.ts')
      ending.code = await migrate(shell, name, options)
    })
}
