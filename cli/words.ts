// What the descriptions of several commands have in common: the form of the result, the cluster, the registry, examples.

import { type Command, Option } from 'commander'
import { FORMATS } from './output.ts'
import type { ExitCode } from './shell.ts'
import { SYSTEM_NAMESPACE } from './system.ts'

/** What a command ends with; the process ends when nothing is left to do. */
export interface Ending {
  code: ExitCode
}

export function output(): Option {
  return new Option('-o, --output <format>', 'how the result is written').choices(FORMATS).default('table')
}

/** As kubectl has them. */
export function withCluster(command: Command): Command {
  return command
    .option('-n, --namespace <name>', "the runs' namespace; the context's where none is given")
    .option('--context <name>', 'the context of the kubeconfig')
    .option('--kubeconfig <file>', 'instead of KUBECONFIG or ~/.kube/config')
    .addOption(output())
}

/** As docker has them, and cosign; for a command that has a cluster already. */
export function withLogins(command: Command): Command {
  return command
    .option('--ca-file <file>', 'trust the certificates in this PEM file as well')
    .option('--insecure', 'allow plain HTTP to other hosts than localhost')
    .option('--pull-secret <name>', "logins of a cluster's pull secret: namespace/name, or a name")
}

/** The same, where the cluster is only that of the pull secret. */
export function withRegistry(command: Command): Command {
  return withLogins(command)
    .option('--context <name>', 'the context of the kubeconfig, for --pull-secret')
    .option('--kubeconfig <file>', 'instead of KUBECONFIG or ~/.kube/config, for --pull-secret')
}

/** Where triggers/ put the Broker, the locks and the ledgers. */
export function systemNamespace(): Option {
  return new Option('--system-namespace <name>', 'where the Broker and the locks are').default(
    SYSTEM_NAMESPACE,
  )
}

/** For an option that may be given again. */
export function addTo(value: string, given: readonly string[] = []): string[] {
  return [...given, value]
}

export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map(line => `  $ playbook ${line}`).join('\n')}\n`
}
