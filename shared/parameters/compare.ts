// Whether a playbook's schema and its Pipeline mean the same parameters: lint, before any run.

import type { Json } from '../analysis/document.ts'
import type { Finding, PipelineParam } from '../playbook/playbook.ts'
import { coerceTo } from './coerce.ts'
import { quote } from './fault.ts'
import type { CompiledParameters, FlatParameter } from './parameters.ts'
import { isPlatformName } from './platform.ts'
import { propertiesOf, segmentsOf, typesOf } from './schema.ts'

/** A Pipeline's param with its default, which lint compares too. */
export interface PipelineParamWithDefault extends PipelineParam {
  readonly default?: unknown
}

type Severity = Finding['severity']

function finding(rule: string, severity: Severity, path: string, message: string): Finding {
  return { rule, severity, path, message }
}

/** Why a default breaks the schema of its parameter, whatever other parameters say. */
function defaultFault(compiled: CompiledParameters, name: string, value: unknown): string | undefined {
  const property = propertiesOf(compiled.schema, compiled.schema).get(name) ?? {}
  const coerced = coerceTo(value, typesOf(property, compiled.schema))
  if (compiled.validate({ [name]: coerced }) === true) return undefined
  const own = compiled.validate.errors?.find(error => segmentsOf(error.instancePath)[0] === name)
  return own?.message
}

function lintSchemaDefault(compiled: CompiledParameters, parameter: FlatParameter): Finding[] {
  if (parameter.default === undefined) return []
  const why = defaultFault(compiled, parameter.name, parameter.default)
  if (why === undefined) return []
  const message = `The default ${quote(parameter.default)} of ${parameter.name} breaks its own schema: it ${why}.`
  return [finding('default-invalid', 'error', `/properties/${parameter.name}/default`, message)]
}

/** What the schema declares must arrive somewhere; the target's facts may be of no use to the Pipeline. */
function lintUnheard(parameter: FlatParameter, known: ReadonlySet<string>): Finding[] {
  const { name } = parameter
  if (known.has(name)) return []
  const severity = isPlatformName(name) ? 'warning' : 'error'
  const message = `The schema declares ${name}, but the Pipeline has no such param, so its value would reach nothing.`
  return [finding('param-unheard', severity, `/properties/${name}`, message)]
}

function lintType(param: PipelineParam, property: Json, root: Json): Finding[] {
  const types = typesOf(property, root).filter(type => type !== 'null')
  const path = `/spec/params/${param.name}`
  if (types.length === 0) return []
  const declared = types.join(' or ')
  if (param.type !== 'string' && types.some(type => type !== param.type))
    return [
      finding(
        'type-contradiction',
        'error',
        path,
        `${param.name} is an ${param.type} in the Pipeline, but ${declared} in the schema.`,
      ),
    ]
  if (param.type === 'string' && types.some(type => type === 'array' || type === 'object'))
    return [
      finding(
        'type-as-text',
        'warning',
        path,
        `${param.name} is ${declared} in the schema, but a string in the Pipeline: it arrives as JSON text.`,
      ),
    ]
  return []
}

function lintPipelineDefault(
  param: PipelineParamWithDefault,
  compiled: CompiledParameters,
  property: Json,
): Finding[] {
  if (param.default === undefined) return []
  const path = `/spec/params/${param.name}/default`
  const why = param.default === '' ? undefined : defaultFault(compiled, param.name, param.default)
  if (why !== undefined)
    return [
      finding(
        'default-invalid',
        'error',
        path,
        `The Pipeline's default ${quote(param.default)} of ${param.name} breaks the schema: it ${why}.`,
      ),
    ]
  const own = property.default
  if (own === undefined || String(own) === String(param.default) || quote(own) === quote(param.default))
    return []
  const message = `${param.name} defaults to ${quote(own)} in the schema, but to ${quote(param.default)} in the Pipeline. The schema's is used.`
  return [finding('default-differs', 'warning', path, message)]
}

function lintParam(param: PipelineParamWithDefault, compiled: CompiledParameters): Finding[] {
  const { schema, flat } = compiled
  const property = propertiesOf(schema, schema).get(param.name)
  const path = `/spec/params/${param.name}`
  if (property === undefined) {
    if (param.hasDefault || isPlatformName(param.name)) return []
    return [
      finding(
        'param-undeclared',
        'error',
        path,
        `The Pipeline needs ${param.name}, but the schema does not declare it, so nobody can send it.`,
      ),
    ]
  }
  const known = flat.find(parameter => parameter.name === param.name)
  const mayStayEmpty = known !== undefined && !known.required && known.default === undefined
  const open =
    mayStayEmpty && !param.hasDefault
      ? [
          finding(
            'optional-without-default',
            'warning',
            path,
            `${param.name} is optional in the schema, but the Pipeline has no default for it: leaving it out will be refused.`,
          ),
        ]
      : []
  return [...open, ...lintType(param, property, schema), ...lintPipelineDefault(param, compiled, property)]
}

/** Everything in which a schema and its Pipeline's params (https://tekton.dev/docs/pipelines/pipelines/#specifying-parameters) differ. */
export function compareWithPipeline(
  compiled: CompiledParameters,
  params: readonly PipelineParamWithDefault[],
): readonly Finding[] {
  const known = new Set(params.map(param => param.name))
  return [
    ...compiled.flat.flatMap(parameter => [
      ...lintUnheard(parameter, known),
      ...lintSchemaDefault(compiled, parameter),
    ]),
    ...params.flatMap(param => lintParam(param, compiled)),
  ]
}
