// `playbook lint`: what is wrong or dangerous in playbooks and Tasks, before anybody runs them.

import { styleText } from 'node:util'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell } from '../shell.ts'
import { readFiles } from './files.ts'
import { type Finding, SEVERITIES, type Severity } from './finding.ts'
import { type Linted, lintFiles } from './lint.ts'
import { toSarif } from './sarif.ts'

export interface LintCommandOptions {
  readonly output: Format | 'sarif'
  readonly recursive?: boolean
  readonly failOn: Severity
  readonly ignore?: readonly string[]
}

const COLOURS = { error: 'red', warning: 'yellow', note: 'cyan' } as const

function severityOf(severity: Severity, { isTerminal }: Shell): string {
  return isTerminal ? styleText(COLOURS[severity], severity, { validateStream: false }) : severity
}

/** As compilers write it, so that editors find the place. */
function linesOf(shell: Shell, finding: Finding): string {
  const { file, line, column, severity, rule, message, fix } = finding
  return `${file}:${line}:${column}: ${severityOf(severity, shell)}: ${message} [${rule}]\n    ${fix}`
}

function countOf(findings: readonly Finding[]): Record<Severity, number> {
  const count = (wanted: Severity): number => findings.filter(({ severity }) => severity === wanted).length
  return { error: count('error'), warning: count('warning'), note: count('note') }
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function textOf(shell: Shell, { findings, files, objects, skipped }: Linted): string {
  const { error, warning, note } = countOf(findings)
  const counts = [plural(error, 'error'), plural(warning, 'warning'), plural(note, 'note')].join(', ')
  return [
    ...findings.map(finding => linesOf(shell, finding)),
    ...skipped.map(({ file, why }) => `${file}: skipped: ${why}`),
    `${plural(objects, 'object')} in ${plural(files, 'file')}: ${counts}.`,
  ].join('\n')
}

export async function lint(
  shell: Shell,
  paths: readonly string[],
  options: LintCommandOptions,
): Promise<ExitCode> {
  const { output, recursive = false, failOn, ignore = [] } = options
  const linted = lintFiles(await readFiles(paths, recursive), { recursive, ignored: new Set(ignore) })
  const { findings, files, objects, skipped } = linted
  if (output === 'sarif') shell.out(`${JSON.stringify(toSarif(findings), null, 2)}\n`)
  else
    await print(shell, output, {
      value: { findings, summary: { files, objects, ...countOf(findings) }, skipped },
      table: () => textOf(shell, linted),
    })
  const grave = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1)
  return findings.some(({ severity }) => grave.includes(severity)) ? EXIT.no : EXIT.yes
}
