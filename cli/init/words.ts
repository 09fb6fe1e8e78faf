// The words of `playbook init`.

import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import { addTo, type Ending, examples, output, withRegistry } from '../words.ts'
import type { InitOptions } from './run.ts'

export function addInit(program: Command, shell: Shell, ending: Ending): void {
  withRegistry(program.command('init'))
    .summary('write the files of a new playbook')
    .description(
      'Writes pipeline.yaml, playbook-schema.json, playbook.yaml (the registration), README.md and test-case.yaml ' +
        'into a new folder. They lint without findings, and pack.',
    )
    .argument('<name>', 'of the playbook, and of the folder')
    .option('--image <image>', 'a container image to wrap; without a digest its registry is asked for it')
    .option('--param <param>', 'NAME[:type][=default] of the image; may be given again', addTo)
    .option('--from <dir>', 'a folder with a Pipeline, or a Task to put into one')
    .option('--from-workflow <file>', 'a Kubernaut RemediationWorkflow')
    .option('--ansible-runner <image>', 'for workflows of the engine ansible')
    .option('--repository <path>', 'where the bundle will be pushed: registry/path')
    .option('--dir <dir>', 'another folder than the name')
    .addOption(output())
    .addHelpText(
      'after',
      examples([
        'init restart',
        'init scale-down --image registry.example.com/scaler:1.4 --param TARGET_NAMESPACE --param REPLICAS:integer=1',
        'init crashloop-rollback --from-workflow workflow.yaml',
      ]),
    )
    .action(async (name: string, options: InitOptions) => {
      const { init } = await import('./run.ts')
      ending.code = await init(shell, name, options)
    })
}
