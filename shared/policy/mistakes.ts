// What is wrong with the structure of a policy, in sentences: pure, over what the schema found.

import type { ErrorObject } from 'ajv'

/** Rules of the schema that only lead to others, which say what is wrong. */
const SILENT: ReadonlySet<string> = new Set(['if', 'anyOf'])

const GLOBS =
  'a glob: * stands for any characters, everything else for itself, and ? [ ] { } ! ( ) | \\ are not supported'

const NAME = 'lower-case letters, digits, "-" and ".", beginning and ending with a letter or digit'

/** What a text with a pattern must be, by its place. */
function wantedAt(path: string): string {
  if (path === '/settings/maxAnalysisAge') return 'a duration such as 30m or 1h30m'
  return /^\/rules\/\d+\/name$/.test(path) ? NAME : GLOBS
}

/** `/rules/2/match/kinds` as people write it: `rules[2].match.kinds`. */
function spellPath(path: string): string {
  const segments = path.split('/').slice(1)
  const plain = segments.map(each => each.replaceAll('~1', '/').replaceAll('~0', '~'))
  return plain.reduce((text, each) => {
    if (/^\d+$/.test(each)) return `${text}[${each}]`
    return text === '' ? each : `${text}.${each}`
  }, '')
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

const WORDS: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  number: 'a number',
}

/** A sentence on one error; undefined where another error says it. */
export function sentenceOf({
  keyword,
  instancePath,
  params,
  data,
  message,
}: ErrorObject): string | undefined {
  if (SILENT.has(keyword)) return undefined
  const field = spellPath(instancePath) || 'the policy'
  const given = `, but is ${shown(data)}`
  switch (keyword) {
    case 'additionalProperties':
      return `${field} has no field "${params.additionalProperty}". Correct its name or remove it.`
    case 'required':
      return `${field} must have the field "${params.missingProperty}".`
    case 'enum':
      return `${field} must be one of ${params.allowedValues.join(', ')}${given}.`
    case 'type':
      return `${field} must be ${WORDS[params.type as string] ?? params.type}${given}.`
    case 'pattern':
      return `${field} must be ${wantedAt(instancePath)}${given}.`
    case 'minProperties':
    case 'minItems':
      return `${field} is empty, and says nothing. Say what must fit, or leave it out.`
    default:
      return `${field} ${message}${given}.`
  }
}
