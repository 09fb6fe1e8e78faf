// The words of `playbook run`.

import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import { addTo, type Ending, examples, systemNamespace, withCluster } from '../words.ts'
import type { RunOptions } from './run.ts'

const DESCRIPTION = `Asks for a remediation as an analysis service does: an event to the Broker, so that parameters, policy, approval and
locks hold. On a terminal a form asks for what is missing, and whether it is right; elsewhere the flags that lack are named.

Exit codes: 0 it runs or waits, with --wait it succeeded; 1 it is refused, denied, failed or cancelled; 2 flags lack;
3 nothing was decided, or with --wait nothing had ended, in time.`

export function addRun(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('run'))
    .summary('run a playbook by hand, with all its guards')
    .description(DESCRIPTION)
    .argument('<playbook>', 'namespace/name, or a name')
    .option('--target <object>', 'what is to be changed: Kind/name, or namespace/Kind/name')
    .option('--param <name=value>', 'may be given again', addTo)
    .option('--parameters <file>', 'all of them, in JSON or YAML')
    .option('--release <version>', 'a version that was registered before')
    .option('--reason <text>', 'why, for whoever reads of it')
    .option('--id <id>', 'names the remediation: the same again starts nothing twice')
    .option('-y, --yes', 'do not ask whether it is right')
    .option('--wait', 'until it has ended')
    .option('--timeout <duration>', 'how long to wait: 60s for the verdict, with --wait 1h')
    .option('--broker <url>', 'post there, and not through the API server')
    .addOption(systemNamespace())
    .addHelpText(
      'after',
      examples([
        'run remediation/restart',
        'run restart -n remediation --target shop/Deployment/web --param REPLICAS=3 --wait -o json',
      ]),
    )
    .action(async (name: string, options: RunOptions) => {
      const { run } = await import('./run.ts')
      ending.code = await run(shell, name, options)
    })
}
