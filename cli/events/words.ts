// The words of `playbook events`.

import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import { addTo, type Ending, examples, systemNamespace, withCluster } from '../words.ts'
import type { EventsOptions } from './events.ts'

const DESCRIPTION = `Lists the events of remediations and playbooks, or follows them: rejected, started, queued, approvalrequested, denied,
succeeded, failed, cancelled, registered. They are read from what keeps them in the cluster (PipelineRuns, Playbooks, and
the Leases of who was told), so a kubeconfig is enough, and they are there after the fact.`

export function addEvents(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('events'))
    .summary('list or follow what was told of remediations')
    .description(DESCRIPTION)
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('-f, --follow', 'go on as they come; JSON is then one event per line')
    .option('--type <type>', 'only these, such as failed or remediation.failed; may be given again', addTo)
    .option('--remediation <run>', 'only of this run, by name or its beginning; --follow ends with it')
    .option('--since <duration>', 'no older than this, such as 2h')
    .option('--timeout <duration>', 'follow no longer than this')
    .addOption(systemNamespace())
    .addHelpText(
      'after',
      examples([
        'events -n remediation --since 1h',
        'events -A --follow --type failed --type denied -o json',
        'events -n remediation --follow --remediation rem-5f0c1a7b',
      ]),
    )
    .action(async (options: EventsOptions) => {
      const { events } = await import('./events.ts')
      ending.code = await events(shell, options)
    })
}
