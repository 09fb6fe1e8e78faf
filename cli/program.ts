// Every command. What a command does is loaded only when it is called, so that help and completion are there at once;
// its words, options and examples are in the `words.ts` beside it.

import { Command, CommanderError } from 'commander'
import pkg from '../package.json' with { type: 'json' }
import { addApprove, addDeny } from './approval/words.ts'
import { addCopy, addDiff, addPack, addPull, addPush } from './bundle/words.ts'
import { addCompletion } from './completion.ts'
import { addDoctor } from './doctor/words.ts'
import { addEvents } from './events/words.ts'
import { addInit } from './init/words.ts'
import { addLint } from './lint/words.ts'
import { addList, addMigrate, addRegister, addRollback, addShow, addValidate } from './playbooks/words.ts'
import { addRehearse } from './rehearse/words.ts'
import { addRun } from './run/words.ts'
import { addCancel, addLogs, addRuns } from './runs/words.ts'
import { EXIT, type ExitCode, type Shell } from './shell.ts'
import { addSign } from './signature/words.ts'
import { addVerify } from './verify/words.ts'
import type { Ending } from './words.ts'

const COMMANDS = [
  addInit,
  addLint,
  addPack,
  addPush,
  addPull,
  addDiff,
  addCopy,
  addSign,
  addRegister,
  addList,
  addShow,
  addValidate,
  addRollback,
  addMigrate,
  addRun,
  addRuns,
  addLogs,
  addEvents,
  addApprove,
  addDeny,
  addCancel,
  addVerify,
  addRehearse,
  addDoctor,
] as const

/** All words, options and examples; what they do is behind them. */
export function createProgram(shell: Shell, ending: Ending): Command {
  const program = new Command('playbook')
    .description('Write, check, publish and watch playbooks: Kubernetes remediations as Tekton bundles.')
    .version(pkg.version)
    .helpOption('-h, --help', 'how it is used')
    .exitOverride()
    .showHelpAfterError('Try --help.')
    .configureOutput({ writeOut: shell.out, writeErr: shell.err, getOutHasColors: () => shell.isTerminal })
    .addHelpText('after', '\nExit codes: 0 yes or done, 1 no, 2 not understood, 3 could not be found out.\n')
  for (const add of COMMANDS) add(program, shell, ending)
  return program
}

/** Runs one command line (without node and script); never throws. */
export async function runCommand(shell: Shell, words: readonly string[]): Promise<ExitCode> {
  const ending: Ending = { code: EXIT.yes }
  const program = createProgram(shell, ending)
  await addCompletion(program, words[0] === 'complete')
  try {
    await program.parseAsync(words, { from: 'user' })
    return ending.code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.yes : EXIT.usage
    shell.err(`error: ${error instanceof Error ? error.message : error}\n`)
    return EXIT.trouble
  }
}
