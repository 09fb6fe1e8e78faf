// Writes a command's result: a table for people, JSON or YAML for machines.

import type { Shell } from './shell.ts'

export const FORMATS = ['table', 'json', 'yaml'] as const
export type Format = (typeof FORMATS)[number]

/** One result, in the format that was asked for; `table` makes the text for people. */
export async function print(
  shell: Shell,
  format: Format,
  result: { readonly value: unknown; readonly table: () => string },
): Promise<void> {
  if (format === 'json') return shell.out(`${JSON.stringify(result.value, null, 2)}\n`)
  if (format === 'yaml') return shell.out((await import('./yaml.ts')).toYaml(result.value))
  const text = result.table()
  if (text !== '') shell.out(`${text}\n`)
}

/** One of many results, written as it comes: a line of text or of JSON, or a document of YAML. */
export async function printOne(
  shell: Shell,
  format: Format,
  result: { readonly value: unknown; readonly table: () => string },
): Promise<void> {
  if (format === 'json') return shell.out(`${JSON.stringify(result.value)}\n`)
  if (format === 'yaml') return shell.out(`---\n${(await import('./yaml.ts')).toYaml(result.value)}`)
  shell.out(`${result.table()}\n`)
}
