// The `match` of a rule: every part that is given must fit, and of a list any one.

import { normaliseKind } from '../remediation/target.ts'
import { compileGlobs, type Glob } from './glob.ts'
import type { Subject } from './policy.ts'

type Globs = string | readonly string[]

/** As it is written in a policy. */
export interface MatchText {
  readonly playbook?: Globs
  readonly namespaces?: Globs
  readonly kinds?: Globs
  readonly severities?: Globs
  readonly labels?: Readonly<Record<string, Globs>>
}

type Test = (subject: Subject) => boolean

function globsOf(globs: Globs, spell: (glob: string) => string = each => each): Glob {
  return compileGlobs([globs].flat().map(spell))
}

function lower(text: string): string {
  return text.trim().toLowerCase()
}

/** `Deployment`, `deployments` and `deploy` are one kind; a glob over kinds is a glob over their singulars. */
function spellKind(glob: string): string {
  return glob.includes('*') ? lower(glob) : normaliseKind(glob)
}

function testsOf({ playbook, namespaces, kinds, severities, labels = {} }: MatchText): Test[] {
  const tests: Test[] = []
  if (namespaces !== undefined) {
    const fits = globsOf(namespaces, lower)
    tests.push(({ namespace }) => namespace !== undefined && fits(namespace))
  }
  if (kinds !== undefined) {
    const fits = globsOf(kinds, spellKind)
    tests.push(({ kind }) => fits(kind))
  }
  if (severities !== undefined) {
    const fits = globsOf(severities, lower)
    tests.push(({ severity }) => severity !== undefined && fits(severity))
  }
  if (playbook !== undefined) {
    const fits = globsOf(playbook)
    tests.push(({ playbook: { namespace, name } }) => fits(name) || fits(`${namespace}/${name}`))
  }
  for (const [label, globs] of Object.entries(labels)) {
    const fits = globsOf(globs)
    tests.push(({ labels: given }) => given[label]?.some(fits) ?? false)
  }
  return tests
}

export function compileMatch(match: MatchText | undefined): Test {
  const tests = testsOf(match ?? {})
  // A policy has hundreds of these for every event, and nearly all of them fail at the first.
  return subject => {
    for (const test of tests) if (!test(subject)) return false
    return true
  }
}
