// The words of `playbook verify`.

import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import { type Ending, examples, output, withRegistry } from '../words.ts'
import type { VerifyOptions } from './run.ts'

export function addVerify(program: Command, shell: Shell, ending: Ending): void {
  withRegistry(program.command('verify'))
    .summary('recompute the receipt of a remediation')
    .description(
      'Recomputes a receipt from what you kept, without a cluster, and says of each claim whether it holds. ' +
        'Claims for which nothing was given stay unchecked.',
    )
    .argument('<receipt>', 'the receipt, a final event, or the PipelineRun that carries it; JSON or YAML')
    .option('--event <file>', 'the recorded analysis event: a CloudEvent in JSON, or its data alone')
    .option('--bundle <where>', 'the bundle: a reference, an OCI layout folder or its tar file')
    .option('--run <file>', 'the PipelineRun, JSON or YAML')
    .addOption(output())
    .addHelpText(
      'after',
      examples([
        'verify run.yaml --event analysis.json --bundle registry.example.com/playbooks/restart',
        'verify receipt.json --run run.yaml --bundle ./layout -o json',
      ]),
    )
    .action(async (receipt: string, options: VerifyOptions) => {
      const { verify } = await import('./run.ts')
      ending.code = await verify(shell, receipt, options)
    })
}
