// The words of `playbook runs`, `logs` and `cancel`.

import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import { type Ending, examples, withCluster } from '../words.ts'
import type { CancelOptions } from './cancel.ts'
import type { LogsOptions } from './logs.ts'
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

export function addLogs(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('logs'))
    .summary('print what the steps of a remediation wrote')
    .description(
      'Prints the logs of the steps of a run, task by task, as far as its pods are there. With --follow each line as it ' +
        'is written until the run is over; then the exit code is 0 where it succeeded, else 1.',
    )
    .argument('<run>', 'namespace/name, or a name; its beginning is enough')
    .option('--tail <lines>', 'only the last lines of each step')
    .option('-f, --follow', 'go on until the run is over; JSON is then one object per line')
    .addHelpText(
      'after',
      examples(['logs remediation/rem-5f0c1a7b', 'logs -n remediation rem-5f0c1a7b --follow']),
    )
    .action(async (name: string, options: LogsOptions) => {
      const { logs } = await import('./logs.ts')
      ending.code = await logs(shell, name, options)
    })
}
