// Replaces `$(…)` in Tekton's objects; pure.

import type { Param, ParamSpec, ParamValue } from './pipeline.ts'

/** What a variable stands for, by the text between `$(` and `)`, written as `params.x` whatever the notation. */
export type Variables = ReadonlyMap<string, ParamValue>

const VARIABLE = /\$\(([^()]+)\)/g
const WHOLE_ARRAY = /^\$\(([^()]+)\[\*\]\)$/

/** `params["x"]`, `params['x']` and `params.x` mean the same (https://tekton.dev/docs/pipelines/tasks/#using-variable-substitution). */
function canonical(expression: string): string {
  return expression
    .trim()
    .replace(/\[(?:"([^"]*)"|'([^']*)')\]/g, (_, double, single) => `.${double ?? single}`)
}

function lookUp(variables: Variables, expression: string): ParamValue | undefined {
  const name = canonical(expression)
  const exact = variables.get(name)
  if (exact !== undefined) return exact
  const index = /^(.*)\[(\d+)\]$/.exec(name)
  if (index !== null) {
    const list = variables.get(index[1] ?? '')
    return Array.isArray(list) ? list[Number(index[2])] : undefined
  }
  const dot = name.lastIndexOf('.')
  const object = dot < 0 ? undefined : variables.get(name.slice(0, dot))
  if (typeof object !== 'object' || Array.isArray(object)) return undefined
  return (object as Readonly<Record<string, string>>)[name.slice(dot + 1)]
}

/** The text with every known string variable replaced; others stay as they are, as in Tekton. Values are not looked into again. */
export function substituteText(text: string, variables: Variables): string {
  return text.replace(VARIABLE, (whole, expression: string) => {
    const value = lookUp(variables, expression)
    return typeof value === 'string' ? value : whole
  })
}

function wholeValue(text: string, variables: Variables): ParamValue | undefined {
  const name = WHOLE_ARRAY.exec(text)?.[1]
  const value = name === undefined ? undefined : variables.get(canonical(name))
  return typeof value === 'string' ? undefined : value
}

/** Any JSON with its strings substituted; an element `$(params.list[*])` of an array becomes the list's elements. */
export function substitute<T>(value: T, variables: Variables): T {
  return walk(value, variables) as T
}

function walk(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return substituteText(value, variables)
  if (Array.isArray(value))
    return value.flatMap(item => {
      const list = typeof item === 'string' ? wholeValue(item, variables) : undefined
      return Array.isArray(list) ? list : [walk(item, variables)]
    })
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, walk(child, variables)]))
}

/** Parameters with their values substituted; a value `$(params.list[*])` becomes the whole list or object. */
export function substituteParams(params: readonly Param[], variables: Variables): Param[] {
  return params.map(({ name, value }) => ({
    name,
    value:
      (typeof value === 'string' ? wholeValue(value, variables) : undefined) ?? substitute(value, variables),
  }))
}

/** The variables in any JSON, as canonical expressions. */
export function variablesIn(value: unknown): string[] {
  if (typeof value === 'string')
    return [...value.matchAll(VARIABLE)].map(([, expression]) => canonical(expression ?? ''))
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(variablesIn)
}

/** `params.*` of given values and of the declared defaults, which may refer to other parameters. */
export function paramVariables(specs: readonly ParamSpec[], params: readonly Param[]): Variables {
  const variables = new Map<string, ParamValue>(params.map(({ name, value }) => [`params.${name}`, value]))
  const open = new Map<string, ParamValue>()
  for (const { name, default: value } of specs)
    if (value !== undefined && !variables.has(`params.${name}`)) open.set(`params.${name}`, value)
  // Ten rounds are as deep as Tekton lets defaults refer to each other.
  for (let round = 0; round < 10 && open.size > 0; round += 1)
    for (const [name, value] of open) {
      if (variablesIn(value).some(other => open.has(other.replace(/\[.*$/, '')))) continue
      variables.set(name, substitute(value, variables))
      open.delete(name)
    }
  return variables
}
