// Completion for the shells, made from commander's own description of the commands.

import type { Command } from 'commander'

/** Its library describes all commands once more, which help need not wait for. */
export async function addCompletion(program: Command, isAsked: boolean): Promise<void> {
  if (isAsked) (await import('@bomb.sh/tab/commander')).default(program)
  else program.command('complete').summary('print completion for bash, zsh or fish').argument('<shell>')
}
