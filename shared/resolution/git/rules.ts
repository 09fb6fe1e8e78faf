// Which namespace may fetch what: rules that an operator writes into the ConfigMap.

import { parse } from 'yaml'
import { ResolutionError } from '../error.ts'
import { isTexts, matches } from '../pattern.ts'
import type { Settings } from '../resolver.ts'

/** What a rule is held against. `url` is the repository's page: lower-case host, no `.git`, no slash at the end. */
export interface Subject {
  readonly namespace: string
  readonly url: string
  readonly revision: string
  readonly path: string
}

const FIELDS = { namespaces: 'namespace', urls: 'url', revisions: 'revision', paths: 'path' } as const

type Rule = Readonly<Partial<Record<keyof typeof FIELDS, readonly string[]>>>

const KEY = 'allow'

function isRule(value: unknown): value is Rule {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).every(([field, patterns]) => Object.hasOwn(FIELDS, field) && isTexts(patterns))
}

/** The rules under `allow`, a YAML list; undefined where there are none and everything may be fetched. */
export function readRules(settings: Settings): readonly Rule[] | undefined {
  const text = settings[KEY] ?? ''
  if (text.trim() === '') return undefined
  let rules: unknown
  try {
    rules = parse(text)
  } catch {
    rules = undefined
  }
  if (Array.isArray(rules) && rules.every(isRule)) return rules
  // Nothing is fetched by rules that nobody understands.
  throw new ResolutionError(
    `${KEY} in git-resolver-config must be a YAML list of rules with ${Object.keys(FIELDS).join(', ')}, each a list of patterns: an operator must correct it`,
  )
}

/** Throws ResolutionError where there are rules and none lets this namespace fetch this. A field that a rule leaves out is free. */
export function checkRules(rules: readonly Rule[] | undefined, subject: Subject): void {
  if (rules === undefined) return
  const fields = Object.entries(FIELDS) as [keyof typeof FIELDS, keyof Subject][]
  const allows = (rule: Rule): boolean =>
    fields.every(([field, key]) => rule[field]?.some(each => matches(each, subject[key])) ?? true)
  if (rules.some(allows)) return
  const { namespace, url, revision, path } = subject
  throw new ResolutionError(
    `namespace ${namespace} may not fetch ${path} of ${url} at ${revision}: ask an operator to allow it in git-resolver-config`,
  )
}
