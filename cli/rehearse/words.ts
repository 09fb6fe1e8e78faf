// The words of `playbook rehearse`.

import { type Command, Option } from 'commander'
import type { Shell } from '../shell.ts'
import { type Ending, examples, output } from '../words.ts'
import type { RehearseOptions } from './run.ts'
import { VERDICTS } from './verdict.ts'

export function addRehearse(program: Command, shell: Shell, ending: Ending): void {
  program
    .command('rehearse')
    .summary('replay recorded analyses without a cluster')
    .description(
      'Replays recorded analyses through selection, parameters, policy and PipelineRun in a world of its own on ' +
        'loopback, each by itself, and says what would become of each; with --against, what would change.',
    )
    .argument('<events...>', 'files or folders: CloudEvents in JSON, or analyses alone')
    .option('--playbooks <dir>', 'a folder with playbooks below it', 'examples/playbooks')
    .option('--policy <file>', 'the policy: a ConfigMap, YAML or JSON')
    .addOption(
      new Option('--fail-on <verdicts...>', 'end with 1 where one of these is given').choices(VERDICTS),
    )
    .option('--against <path>', 'another policy (a file) or other playbooks (a folder) to compare with')
    .addOption(output())
    .addHelpText(
      'after',
      examples([
        'rehearse analyses/ --playbooks playbooks/ --policy policy.yaml',
        'rehearse analyses/ --policy policy.yaml --against stricter.yaml',
      ]),
    )
    .action(async (events: string[], options: RehearseOptions) => {
      const { rehearse } = await import('./run.ts')
      ending.code = await rehearse(shell, events, options)
    })
}
