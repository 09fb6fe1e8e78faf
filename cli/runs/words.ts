// The words of `playbook runs` and `cancel`.

import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import { type Ending, examples, withCluster } from '../words.ts'
import type { CancelOptions } from './cancel.ts'
import type { RunsOptions } from './runs.ts'

export function addRuns(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('runs'))
    .summary('list remediations: waiting, running, ended')
    .description('Lists the runs of remediations, the newest first.')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('--playbook <name>', 'of this playbook only')
    .option('--state <state>', 'approval, queue, running, succeeded, failed or cancelled only')
    .addHelpText('after', examples(['runs -n remediation', 'runs -A --state approval -o json']))
    .action(async (options: RunsOptions) => {
      const { runs } = await import('./runs.ts')
      ending.code = await runs(shell, options)
    })
}

export function addCancel(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('cancel'))
    .summary('end a remediation that waits or runs')
    .description('Cancels runs of remediations: Tekton stops what they do, and their targets are free again.')
    .argument('<runs...>', 'namespace/name, or a name; its beginning is enough')
    .addHelpText('after', examples(['cancel remediation/rem-5f0c1a7b']))
    .action(async (names: string[], options: CancelOptions) => {
      const { cancel } = await import('./cancel.ts')
      ending.code = await cancel(shell, names, options)
    })
}
