// The labels of a Playbook as policies match on them: each a list of texts.

import type { Playbook } from './playbook.ts'

function textsOf(value: unknown): string[] {
  return [value]
    .flat()
    .flatMap(each => (['string', 'number', 'boolean'].includes(typeof each) ? [String(each)] : []))
}

/** The object's own labels, and those of `spec.labels`, which may hold lists and stand above the others. */
export function labelsOf({ metadata, spec }: Playbook): Readonly<Record<string, readonly string[]>> {
  const all = { ...metadata.labels, ...spec.labels }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, textsOf(value)]))
}
