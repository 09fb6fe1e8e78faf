// The words of `playbook sign`.

import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import { type Ending, examples, output, withRegistry } from '../words.ts'
import type { SignOptions } from './sign.ts'

export function addSign(program: Command, shell: Shell, ending: Ending): void {
  withRegistry(program.command('sign'))
    .summary('sign a bundle with a key of cosign')
    .description(
      'Signs the image that the reference stands for now, by its digest, as `cosign sign --key` does. The password of ' +
        'the key is COSIGN_PASSWORD, or is asked for.',
    )
    .argument('<reference>', 'the bundle in its registry')
    .requiredOption('--key <file>', 'cosign.key, or another private key in PEM')
    .addOption(output())
    .addHelpText('after', examples(['sign --key cosign.key registry.example.com/playbooks/restart:v1.0.0']))
    .action(async (reference: string, options: SignOptions) => {
      const { sign } = await import('./sign.ts')
      ending.code = await sign(shell, reference, options)
    })
}
