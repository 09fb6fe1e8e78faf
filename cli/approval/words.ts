// The words of `playbook approve` and `playbook deny`.

import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import { type Ending, examples, withCluster } from '../words.ts'
import type { ApprovalOptions } from './run.ts'

const RUNS = 'namespace/name, or a name; of a waiting run its beginning is enough'

export function addApprove(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('approve'))
    .summary('let a waiting remediation run')
    .description('Approves runs that wait for a person, as yourself. Each starts when its target is free.')
    .argument('<runs...>', RUNS)
    .option('--uid <uid>', 'only if the run is still this one')
    .addHelpText(
      'after',
      examples(['approve remediation/rem-5f0c1a7b', 'approve -n remediation rem-5f0c1a7b -o json']),
    )
    .action(async (runs: string[], options: ApprovalOptions) => {
      const { speak } = await import('./run.ts')
      ending.code = await speak(shell, 'approve', { runs, options })
    })
}

export function addDeny(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('deny'))
    .summary('refuse a waiting remediation')
    .description('Denies runs that wait, as yourself: they are cancelled and told as denied.')
    .argument('<runs...>', RUNS)
    .option('--reason <text>', 'why, for whoever is told')
    .option('--uid <uid>', 'only if the run is still this one')
    .addHelpText('after', examples(['deny remediation/rem-5f0c1a7b --reason "not during the sale"']))
    .action(async (runs: string[], options: ApprovalOptions) => {
      const { speak } = await import('./run.ts')
      ending.code = await speak(shell, 'deny', { runs, options })
    })
}
