// Every command: its words, its options and its examples. What a command does is loaded only when it is called, so that
// help and completion are there at once.

import { Command, CommanderError, Option } from 'commander'
import pkg from '../package.json' with { type: 'json' }
import type { ApprovalOptions } from './approval/run.ts'
import { addCompletion } from './completion.ts'
import { FORMATS } from './output.ts'
import type { RehearseOptions } from './rehearse/run.ts'
import { VERDICTS } from './rehearse/verdict.ts'
import { EXIT, type ExitCode, type Shell } from './shell.ts'
import type { VerifyOptions } from './verify/run.ts'

/** What a command ends with; the process ends when nothing is left to do. */
interface Ending {
  code: ExitCode
}

const RUNS = 'namespace/name, or a name; of a waiting run its beginning is enough'

function output(): Option {
  return new Option('-o, --output <format>', 'how the result is written').choices(FORMATS).default('table')
}

/** As kubectl has them. */
function withCluster(command: Command): Command {
  return command
    .option('-n, --namespace <name>', "the runs' namespace; the context's where none is given")
    .option('--context <name>', 'the context of the kubeconfig')
    .option('--kubeconfig <file>', 'instead of KUBECONFIG or ~/.kube/config')
    .addOption(output())
}

function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map(line => `  $ playbook ${line}`).join('\n')}\n`
}

function addApprove(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('approve'))
    .summary('let a waiting remediation run')
    .description('Approves runs that wait for a person, as yourself. Each starts when its target is free.')
    .argument('<runs...>', RUNS)
    .option('--uid <uid>', 'only if the run is still this one')
    .addHelpText(
      'after',
      examples(['approve remediation/rem-5f0c1a7b', 'approve -n remediation rem-5f0c1a7b -o json']),
    )
    .action(async (runs: string[], options: ApprovalOptions) => {
      const { speak } = await import('./approval/run.ts')
      ending.code = await speak(shell, 'approve', { runs, options })
    })
}

function addDeny(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('deny'))
    .summary('refuse a waiting remediation')
    .description('Denies runs that wait, as yourself: they are cancelled and told as denied.')
    .argument('<runs...>', RUNS)
    .option('--reason <text>', 'why, for whoever is told')
    .option('--uid <uid>', 'only if the run is still this one')
    .addHelpText('after', examples(['deny remediation/rem-5f0c1a7b --reason "not during the sale"']))
    .action(async (runs: string[], options: ApprovalOptions) => {
      const { speak } = await import('./approval/run.ts')
      ending.code = await speak(shell, 'deny', { runs, options })
    })
}

function addVerify(program: Command, shell: Shell, ending: Ending): void {
  program
    .command('verify')
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
      const { verify } = await import('./verify/run.ts')
      ending.code = await verify(shell, receipt, options)
    })
}

function addRehearse(program: Command, shell: Shell, ending: Ending): void {
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
      const { rehearse } = await import('./rehearse/run.ts')
      ending.code = await rehearse(shell, events, options)
    })
}

function createProgram(shell: Shell, ending: Ending): Command {
  const program = new Command('playbook')
    .description('Approve, deny, rehearse and verify Kubernetes remediations.')
    .version(pkg.version)
    .helpOption('-h, --help', 'how it is used')
    .exitOverride()
    .showHelpAfterError('Try --help.')
    .configureOutput({ writeOut: shell.out, writeErr: shell.err, getOutHasColors: () => shell.isTerminal })
    .addHelpText('after', '\nExit codes: 0 yes or done, 1 no, 2 not understood, 3 could not be found out.\n')
  for (const add of [addApprove, addDeny, addVerify, addRehearse]) add(program, shell, ending)
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
