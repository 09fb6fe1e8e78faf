// The parameters of a request, as Tekton sends them: names to texts, lists or maps.

import { ResolutionError } from './error.ts'

export type ParamValue = string | readonly string[] | Readonly<Record<string, string>>

export type Params = ReadonlyMap<string, ParamValue>

/** A text parameter; undefined where it is missing or empty. Throws ResolutionError where it is a list or a map. */
export function textParam(params: Params, name: string): string | undefined {
  const value = params.get(name)
  if (value === undefined || value === '') return undefined
  if (typeof value === 'string') return value
  throw new ResolutionError(`parameter "${name}" must be a string, but it is ${kindOf(value)}`)
}

/** A text parameter that must be there. */
export function requiredParam(params: Params, name: string): string {
  const value = textParam(params, name)
  if (value === undefined) throw new ResolutionError(`parameter "${name}" required`)
  return value
}

function kindOf(value: ParamValue): string {
  return Array.isArray(value) ? 'an array' : 'an object'
}
