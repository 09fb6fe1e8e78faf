// Label and field selectors: parsed once per request, then asked of each object.

import type { Kind } from './kinds.ts'
import { at, type Resource } from './objects.ts'
import { badRequest } from './status.ts'

export type Predicate = (object: Resource) => boolean

const PARTS = /(?:[^,(]|\([^)]*\))+/g
const SET = /^\s*([^\s!=,()]+)\s+(in|notin)\s*\(([^)]*)\)\s*$/
const EQUALITY = /^\s*([^\s!=,()]+)\s*(==|!=|=)\s*([^\s!=,()]*)\s*$/
const PRESENCE = /^\s*(!?)\s*([^\s!=,()]+)\s*$/

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean

function parseLabel(text: string): LabelTest {
  const [, setKey, operator, list] = SET.exec(text) ?? []
  if (setKey !== undefined && list !== undefined) {
    const values = new Set(list.split(',').map(value => value.trim()))
    const isIn: LabelTest = labels => values.has(labels[setKey] ?? '\0')
    return operator === 'in' ? isIn : labels => !isIn(labels)
  }
  const [, key, sign, value] = EQUALITY.exec(text) ?? []
  if (key !== undefined) {
    return sign === '!=' ? labels => labels[key] !== value : labels => labels[key] === value
  }
  const [, not, present] = PRESENCE.exec(text) ?? []
  if (present === undefined) throw badRequest(`unable to parse requirement: found '${text.trim()}'`)
  return not ? labels => !(present in labels) : labels => present in labels
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
function labelPredicate(selector: string): Predicate {
  const parts = selector.match(PARTS) ?? []
  if (parts.length === 0 && selector.trim() !== '')
    throw badRequest(`unable to parse requirement: found '${selector}'`)
  const tests = parts.map(parseLabel)
  return ({ metadata }) => tests.every(test => test(metadata.labels ?? {}))
}

function unknownField({ custom }: Kind, field: string, legal: readonly string[]): Error {
  const known = legal.map(name => JSON.stringify(name)).join(', ')
  const message = `${JSON.stringify(field)} is not a known field selector: only ${known}`
  return badRequest(custom ? `field label not supported: ${field}` : message)
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/ */
function fieldPredicate(kind: Kind, selector: string): Predicate {
  const tests = selector
    .split(',')
    .filter(part => part.trim() !== '')
    .map((part): Predicate => {
      const [, field, sign, value] = /^\s*([^=!\s]+)\s*(==|!=|=)\s*(.*?)\s*$/.exec(part) ?? []
      if (field === undefined) throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`)
      const legal = ['metadata.name', 'metadata.namespace', ...kind.selectable]
      if (!legal.includes(field)) throw unknownField(kind, field, legal)
      const path = field.split('.')
      return object => (String(at(object, ...path) ?? '') === value) === (sign !== '!=')
    })
  return object => tests.every(test => test(object))
}

/** Both selectors of a request, or undefined when it has none. */
export function selection(kind: Kind, query: URLSearchParams): Predicate | undefined {
  const labels = query.get('labelSelector') ?? ''
  const fields = query.get('fieldSelector') ?? ''
  if (labels === '' && fields === '') return undefined
  const byLabel = labelPredicate(labels)
  const byField = fieldPredicate(kind, fields)
  return object => byLabel(object) && byField(object)
}
