// The words of `playbook verify`.

import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import type { SignatureOptions } from '../signature/verify.ts'
import { type Ending, examples, output, withRegistry } from '../words.ts'
import type { VerifyOptions } from './run.ts'

export function addVerify(program: Command, shell: Shell, ending: Ending): void {
  withRegistry(program.command('verify'))
    .summary('recompute a receipt, or check the signature of a bundle')
    .description(
      'Recomputes a receipt from what you kept, without a cluster, and says of each claim whether it holds. ' +
        'Claims for which nothing was given stay unchecked. With --key: says whether a bundle is signed with that key, ' +
        'by cosign or by `playbook sign`.',
    )
    .argument(
      '<what>',
      'a receipt, a final event, or the PipelineRun that carries it (JSON or YAML); with --key, a reference',
    )
    .option('--key <file>', 'cosign.pub: check the signature of a bundle in a registry')
    .option('--event <file>', 'the recorded analysis event: a CloudEvent in JSON, or its data alone')
    .option('--bundle <where>', 'the bundle: a reference, an OCI layout folder or its tar file')
    .option('--run <file>', 'the PipelineRun, JSON or YAML')
    .addOption(output())
    .addHelpText(
      'after',
      examples([
        'verify run.yaml --event analysis.json --bundle registry.example.com/playbooks/restart',
        'verify --key cosign.pub registry.example.com/playbooks/restart:v1.0.0',
        'verify receipt.json --run run.yaml --bundle ./layout -o json',
      ]),
    )
    .action(async (what: string, options: VerifyOptions & Partial<SignatureOptions>) => {
      const { key } = options
      if (key === undefined) {
        const { verify } = await import('./run.ts')
        ending.code = await verify(shell, what, options)
        return
      }
      const { verifyKey } = await import('../signature/verify.ts')
      ending.code = await verifyKey(shell, what, { ...options, key })
    })
}
