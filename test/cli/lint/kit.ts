// Lint of a text, as lines that a table can hold.

import { lintFiles } from '../../../cli/lint/lint.ts'
import { readSource } from '../../../cli/lint/source.ts'

export const PINNED = `registry.example.com/tool@sha256:${'a'.repeat(64)}`

/** `severity rule line:column` each, in order. */
export function lintText(text: string, path = 'dir/file.yaml'): string[] {
  const file = { path, folder: 'dir', text, documents: readSource(text) }
  const { findings } = lintFiles([file], { recursive: true, ignored: new Set(['timeout-missing']) })
  return findings.map(({ severity, rule, line, column }) => `${severity} ${rule} ${line}:${column}`)
}

function indent(text: string, by: number): string {
  return text
    .trimEnd()
    .split('\n')
    .map(line => (line === '' ? '' : ' '.repeat(by) + line))
    .join('\n')
}

/** A Task whose steps begin in line 6. */
export function task(steps: string, more = '', version = 'v1'): string {
  return `apiVersion: tekton.dev/${version}\nkind: Task\nmetadata: { name: t }\nspec:\n  steps:\n${indent(steps, 4)}\n${indent(more, 2)}\n`
}

/** A Pipeline whose tasks begin in line 6. */
export function pipeline(tasks: string, more = ''): string {
  return `apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: { name: p }\nspec:\n  tasks:\n${indent(tasks, 4)}\n${indent(more, 2)}\n`
}
