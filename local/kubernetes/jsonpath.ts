// The part of JSONPath that printer columns use: fields, indexes, wildcards and `[?(@.type=="Ready")]`.

import { isFields, isSame } from './objects.ts'

type Step = (value: unknown) => readonly unknown[]

const FILTER = /^\[\?\(\s*@\.([^=!\s]+)\s*(==|!=)\s*(.+?)\s*\)\]/
const INDEX = /^\[(-?\d+)\]/
const QUOTED = /^\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/
const WILDCARD = /^(?:\[\*\]|\.\*)/
const FIELD = /^\.?((?:[^.[\]\\]|\\.)+)/

function field(name: string): Step {
  return value => {
    const part = isFields(value) ? value[name] : undefined
    return part === undefined || part === null ? [] : [part]
  }
}

function literal(text: string): unknown {
  const quoted = /^(['"])(.*)\1$/.exec(text)?.[2]
  if (quoted !== undefined) return quoted
  const number = Number(text)
  if (!Number.isNaN(number)) return number
  return text === 'true' || text === 'false' ? text === 'true' : text
}

function filter(path: string, operator: string, expected: unknown): Step {
  const inner = compile(`.${path}`)
  const holds = (item: unknown) => inner(item).some(found => isSame(found, expected)) === (operator === '==')
  return value => (Array.isArray(value) ? value.filter(holds) : [])
}

function everything(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return isFields(value) ? Object.values(value) : []
}

const unescaped = (text: string) => text.replace(/\\(.)/g, '$1')

function nextStep(rest: string): { step: Step; length: number } {
  const filtered = FILTER.exec(rest)
  if (filtered) {
    const [whole, path = '', operator = '', expected = ''] = filtered
    return { step: filter(path, operator, literal(expected)), length: whole.length }
  }
  const indexed = INDEX.exec(rest)
  if (indexed) {
    const index = Number(indexed[1])
    const step: Step = value =>
      Array.isArray(value) && value.at(index) !== undefined ? [value.at(index)] : []
    return { step, length: indexed[0].length }
  }
  const quoted = QUOTED.exec(rest)
  if (quoted) return { step: field(unescaped(quoted[1] ?? quoted[2] ?? '')), length: quoted[0].length }
  const wild = WILDCARD.exec(rest)
  if (wild) return { step: everything, length: wild[0].length }
  const named = FIELD.exec(rest)
  if (named) return { step: field(unescaped(named[1] ?? '')), length: named[0].length }
  return { step: () => [], length: rest.length }
}

const compiled = new Map<string, Step>()

/** Everything that a path finds in a value (https://kubernetes.io/docs/reference/kubectl/jsonpath/). */
export function compile(path: string): Step {
  const known = compiled.get(path)
  if (known !== undefined) return known
  const steps: Step[] = []
  for (let rest = path; rest !== ''; ) {
    const { step, length } = nextStep(rest)
    steps.push(step)
    rest = rest.slice(length)
  }
  const whole: Step = value => steps.reduce<readonly unknown[]>((found, step) => found.flatMap(step), [value])
  compiled.set(path, whole)
  return whole
}
