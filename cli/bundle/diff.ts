// `playbook diff`: what would change between two bundles, wherever they are.

import { type Format, print } from '../output.ts'
import type { RegistryOptions } from '../registry/open.ts'
import { EXIT, type ExitCode, type Shell } from '../shell.ts'
import { openContent } from './content.ts'
import { type Change, compareContents } from './difference.ts'

export interface DiffOptions extends RegistryOptions {
  readonly output: Format
}

const LONGEST = 200

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

function lineOf(change: Change): string {
  const path = change.path === '' ? '(whole)' : change.path
  if (!('before' in change)) return `  + ${path}${change.path === '' ? '' : `: ${shown(change.after)}`}`
  if (!('after' in change)) return `  - ${path}${change.path === '' ? '' : `: ${shown(change.before)}`}`
  return `  ~ ${path}: ${shown(change.before)} → ${shown(change.after)}`
}

function textOf(changes: readonly Change[], digests: readonly [string, string]): string {
  const [before, after] = digests
  if (changes.length === 0)
    return before === after
      ? 'They are the same, byte for byte.'
      : 'They hold the same, under different digests.'
  const groups = Map.groupBy(changes, change => change.in)
  return [...groups].map(([what, inner]) => [what, ...inner.map(lineOf)].join('\n')).join('\n')
}

/** 1 where they differ in what they hold; the digests alone may differ by who compressed them. */
export async function diff(
  shell: Shell,
  places: readonly [string, string],
  options: DiffOptions,
): Promise<ExitCode> {
  const [before, after] = await Promise.all([
    openContent(shell, places[0], options),
    openContent(shell, places[1], options),
  ])
  const changes = compareContents(before, after)
  await print(shell, options.output, {
    value: { before: before.digest, after: after.digest, changes },
    table: () => textOf(changes, [before.digest, after.digest]),
  })
  return changes.length === 0 ? EXIT.yes : EXIT.no
}
