// The words of `playbook lint`.

import { type Command, Option } from 'commander'
import { FORMATS } from '../output.ts'
import type { Shell } from '../shell.ts'
import { type Ending, examples } from '../words.ts'
import { SEVERITIES } from './finding.ts'
import type { LintCommandOptions } from './run.ts'

export function addLint(program: Command, shell: Shell, ending: Ending): void {
  program
    .command('lint')
    .summary('say what is wrong or dangerous in playbooks and Tasks')
    .description(
      'Checks Pipelines, Tasks and StepActions: what Tekton would refuse, what the schema contradicts, and what is ' +
        'dangerous when a model fills in the params.',
    )
    .argument('<paths...>', 'folders of playbooks, or files')
    .option('-r, --recursive', 'everything below the folders')
    .addOption(
      new Option('--fail-on <severity>', 'end with 1 for this and what is worse')
        .choices(SEVERITIES)
        .default('error'),
    )
    .option('--ignore <rules...>', 'rules to leave out')
    .addOption(
      new Option('-o, --output <format>', 'how the result is written')
        .choices([...FORMATS, 'sarif'])
        .default('table'),
    )
    .addHelpText('after', examples(['lint ./restart', 'lint --recursive ./catalog -o sarif > lint.sarif']))
    .action(async (paths: string[], options: LintCommandOptions) => {
      const { lint } = await import('./run.ts')
      ending.code = await lint(shell, paths, options)
    })
}
