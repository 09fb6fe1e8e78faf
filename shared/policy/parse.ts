// From the text of a policy to the policy, or to everything that is wrong with it and where.

import { createHash } from 'node:crypto'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { type Document, isScalar, LineCounter, parseDocument } from 'yaml'
import { compileExpression } from '../expression/expression.ts'
import { parseDuration } from '../runtime/duration.ts'
import { compileMatch, compileNamespaces, type MatchText } from './match.ts'
import { sentenceOf } from './mistakes.ts'
import { type Path, pathOf, placeOf, placeOfKey } from './places.ts'
import schema from './policy.schema.json' with { type: 'json' }
import { DEFAULTS, type Mistake, type Policy, type Rule, type Ruling, type Settings } from './policy.ts'

interface RuleText {
  readonly name: string
  readonly match?: MatchText
  readonly when?: string
  readonly then: Ruling
  readonly reason?: string
}

interface PolicyText {
  readonly settings?: Partial<Omit<Settings, 'maxAnalysisAgeMs'>> & { readonly maxAnalysisAge?: string }
  readonly rules?: readonly RuleText[]
}

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

const MOST_CHARACTERS = 262_144
const MOST_ALIASES = 50

/** `key` where the key at the path is what is wrong, not its value. */
type Report = (path: Path, message: string, key?: string) => void

let structure: ValidateFunction | undefined

function structureOf(): ValidateFunction {
  structure ??= new Ajv2020({ allErrors: true, verbose: true, strict: false }).compile(schema)
  return structure
}

function checkStructure(value: unknown, report: Report): value is PolicyText {
  const check = structureOf()
  if (check(value)) return true
  for (const error of check.errors ?? []) {
    const sentence = sentenceOf(error)
    const key = error.params.additionalProperty as string | undefined
    if (sentence !== undefined) report(pathOf(error.instancePath), sentence, key)
  }
  return false
}

function checkSettings({ settings = {} }: PolicyText, report: Report): Settings {
  const { maxAnalysisAge, ...given } = settings
  const ageMs = maxAnalysisAge === undefined ? DEFAULTS.maxAnalysisAgeMs : parseDuration(maxAnalysisAge)
  if (ageMs === undefined || ageMs <= 0)
    report(
      ['settings', 'maxAnalysisAge'],
      'settings.maxAnalysisAge must be longer than 0, and less than 292 years.',
    )
  const merged = { ...DEFAULTS, ...given, maxAnalysisAgeMs: ageMs ?? DEFAULTS.maxAnalysisAgeMs }
  if (merged.approveFrom > merged.allowFrom)
    report(
      ['settings', settings.approveFrom === undefined ? 'allowFrom' : 'approveFrom'],
      `settings.approveFrom (${merged.approveFrom}) must not be above settings.allowFrom (${merged.allowFrom}).`,
    )
  return merged
}

function compileRule(rule: RuleText, path: Path, report: Report): Rule {
  const { name, match = {}, when, then: ruling, reason = `Rule ${name} allows it.` } = rule
  const compiled = when === undefined ? undefined : compileExpression(when, 'rule')
  if (compiled?.ok === false) {
    const where = compiled.at === undefined ? '' : ` at its character ${compiled.at + 1}`
    report([...path, 'when'], `The expression of rule "${name}" is wrong${where}: ${compiled.why}.`)
  }
  const evaluate = compiled?.ok === true ? compiled.expression.evaluate : undefined
  return { name, match: compileMatch(match), when: evaluate, ruling, reason }
}

function checkRules({ rules = [] }: PolicyText, report: Report): Rule[] {
  const names = new Set<string>()
  return rules.map((rule, index) => {
    if (names.has(rule.name))
      report(['rules', index, 'name'], `Two rules are called "${rule.name}". Give each a name of its own.`)
    names.add(rule.name)
    return compileRule(rule, ['rules', index], report)
  })
}

/** `sha256:…` of a policy's text: what an analysis was decided by can be told for ever. */
function versionOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** A policy of these settings and rules. */
export function policyOf(version: string, settings: Settings, rules: readonly Rule[]): Policy {
  return { version, settings, rules, protectedNamespaces: compileNamespaces(settings.protectedNamespaces) }
}

/** Reads the text under the key `policy.yaml`; all mistakes at once. Throws nothing. */
export function parsePolicy(text: string): ParsedPolicy {
  const size = `A policy has at most ${MOST_CHARACTERS} characters, and this one ${text.length}.`
  if (text.length > MOST_CHARACTERS) return { ok: false, mistakes: [{ line: 1, column: 1, message: size }] }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = document.errors.map(({ pos: [at], message }): Mistake => {
    const { line, col: column } = lines.linePos(at)
    return { line, column, message: `This is no YAML: ${message}.` }
  })
  if (broken.length > 0) return { ok: false, mistakes: broken }
  const mistakes: Mistake[] = []
  const report: Report = (path, message, key) => {
    const place =
      key === undefined ? placeOf(document, lines, path) : placeOfKey(document, lines, [path, key])
    mistakes.push({ ...place, message })
  }
  const value: unknown = readValue(document, report)
  if (mistakes.length > 0 || !checkStructure(value, report)) return { ok: false, mistakes }
  const settings = checkSettings(value, report)
  const rules = checkRules(value, report)
  return mistakes.length > 0
    ? { ok: false, mistakes }
    : { ok: true, policy: policyOf(versionOf(text), settings, rules) }
}

/** An empty text is a policy that changes nothing. */
function readValue(document: Document, report: Report): unknown {
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    return {}
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES })
  } catch (error) {
    report([], `${error instanceof Error ? error.message : error}.`)
    return undefined
  }
}
