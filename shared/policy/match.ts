// The `match` of a rule: every part that is given must fit, and of a list any one.

import { normaliseKind } from '../remediation/target.ts'
import { compileGlobs, fitsAny, type Globs } from './glob.ts'
import type { Subject } from './policy.ts'

type OneOrMore = string | readonly string[]

/** As it is written in a policy. */
export interface MatchText {
  readonly playbook?: OneOrMore
  readonly namespaces?: OneOrMore
  readonly kinds?: OneOrMore
  readonly severities?: OneOrMore
  readonly labels?: Readonly<Record<string, OneOrMore>>
}

/** What a rule asks for; what is undefined is not asked for. */
export interface Match {
  readonly playbook: Globs | undefined
  readonly namespaces: Globs | undefined
  readonly kinds: Globs | undefined
  readonly severities: Globs | undefined
  readonly labels: readonly (readonly [label: string, globs: Globs])[]
}

function lower(text: string): string {
  return text.trim().toLowerCase()
}

/** `Deployment`, `deployments` and `deploy` are one kind; a glob over kinds is a glob over their singulars. */
function spellKind(glob: string): string {
  return glob.includes('*') ? lower(glob) : normaliseKind(glob)
}

function globsOf(globs: OneOrMore | undefined, spell = (glob: string): string => glob): Globs | undefined {
  return globs === undefined ? undefined : compileGlobs([globs].flat().map(spell))
}

/** Namespaces are lower case, and so are the globs over them. */
export function compileNamespaces(globs: readonly string[]): Globs {
  return compileGlobs(globs.map(lower))
}

export function compileMatch({ playbook, namespaces, kinds, severities, labels = {} }: MatchText): Match {
  return {
    playbook: globsOf(playbook),
    namespaces: globsOf(namespaces, lower),
    kinds: globsOf(kinds, spellKind),
    severities: globsOf(severities, lower),
    labels: Object.entries(labels).map(([label, globs]) => [label, compileGlobs([globs].flat())]),
  }
}

function misses(globs: Globs | undefined, text: string | undefined): boolean {
  return globs !== undefined && (text === undefined || !fitsAny(globs, text))
}

/** What tells most rules apart is asked first. */
export function isMatch(
  { playbook, namespaces, kinds, severities, labels }: Match,
  subject: Subject,
): boolean {
  if (misses(namespaces, subject.namespace) || misses(kinds, subject.kind)) return false
  if (misses(severities, subject.severity)) return false
  const { namespace, name } = subject.playbook
  if (misses(playbook, name) && misses(playbook, `${namespace}/${name}`)) return false
  return labels.every(
    ([label, globs]) => subject.labels[label]?.some(value => fitsAny(globs, value)) ?? false,
  )
}
