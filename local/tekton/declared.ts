// Parameters as declared against parameters as given; pure.

import type { Param, ParamSpec, ParamType, ParamValue } from './pipeline.ts'

export function typeOf(value: ParamValue): ParamType {
  if (typeof value === 'string') return 'string'
  return Array.isArray(value) ? 'array' : 'object'
}

/** A declared parameter's type: what it says, what its default is, or string (https://tekton.dev/docs/pipelines/pipelines/#specifying-parameters). */
export function declaredType(spec: ParamSpec): ParamType {
  if (spec.type !== undefined) return spec.type
  if (spec.properties !== undefined) return 'object'
  return spec.default === undefined ? 'string' : typeOf(spec.default)
}

/** Go prints a list of names as `[A B]`. */
export function goList(names: readonly string[]): string {
  return `[${names.join(' ')}]`
}

export function missingParams(specs: readonly ParamSpec[], params: readonly Param[]): string[] {
  const given = new Set(params.map(param => param.name))
  return specs.filter(spec => spec.default === undefined && !given.has(spec.name)).map(spec => spec.name)
}

export function mistypedParams(specs: readonly ParamSpec[], params: readonly Param[]): string[] {
  const types = new Map(specs.map(spec => [spec.name, declaredType(spec)]))
  return params
    .filter(({ name, value }) => types.has(name) && types.get(name) !== typeOf(value))
    .map(param => param.name)
}

/** Keys that an object parameter declares and that neither its value nor its default has. */
export function missingKeys(specs: readonly ParamSpec[], params: readonly Param[]): string[] {
  return specs.flatMap(spec => {
    const value = params.find(param => param.name === spec.name)?.value
    const known = { ...(spec.default as object | undefined), ...(typeof value === 'object' ? value : {}) }
    const lost = Object.keys(spec.properties ?? {}).filter(key => !Object.hasOwn(known, key))
    return lost.length === 0 ? [] : [`${spec.name}:${goList(lost.sort())}`]
  })
}
