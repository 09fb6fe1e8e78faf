// Params as they are declared and used: what Tekton refuses (pkg/apis/pipeline/v1/task_validation.go).

import { isObject } from '../../shared/analysis/document.ts'
import type { Draft, Path } from './finding.ts'
import { listAt, nameOf, type Part, type Work } from './parts.ts'
import { paramsIn, type Text, textsIn, type Variable } from './variables.ts'

export type ParamType = 'string' | 'array' | 'object'

function typeOfDefault(value: unknown): ParamType | undefined {
  if (value === undefined || value === null) return undefined
  // Lists and objects of anything but text are taken for text.
  if (Array.isArray(value)) return value.every(item => typeof item === 'string') ? 'array' : 'string'
  return isObject(value) && Object.values(value).every(item => typeof item === 'string') ? 'object' : 'string'
}

function typeOf({ value }: Part): ParamType {
  const { type, properties } = value
  if (type === 'string' || type === 'array' || type === 'object') return type
  if (isObject(properties)) return 'object'
  return typeOfDefault(value.default) ?? 'string'
}

const NAME = /^[_a-zA-Z][_a-zA-Z0-9.-]*$/

/** Names, types and defaults of declared params. */
export function lintDeclarations(params: readonly Part[]): Draft[] {
  const seen = new Set<string>()
  return params.flatMap(param => {
    const { value, path } = param
    const name = nameOf(param)
    const drafts: Draft[] = []
    const add = (rule: string, key: string, message: string, fix: string) =>
      drafts.push({ rule, severity: 'error', path: [...path, key], message, fix })
    if (name === undefined) return drafts
    if (seen.has(name)) add('name-twice', 'name', `The param ${name} is declared twice.`, 'Keep one.')
    seen.add(name)
    if (!NAME.test(name))
      add(
        'name-invalid',
        'name',
        `Tekton takes no param called ${JSON.stringify(name)}.`,
        'Use letters, digits, "_", "-" and ".", and begin with a letter or "_".',
      )
    if (value.type !== undefined && !['string', 'array', 'object'].includes(String(value.type)))
      add(
        'param-type',
        'type',
        `${name} has the type ${JSON.stringify(value.type)}, which Tekton does not have.`,
        'Use string, array or object; the schema says what a string must be.',
      )
    const given = typeOfDefault(value.default)
    if (
      given !== undefined &&
      value.type !== undefined &&
      given !== value.type &&
      ['string', 'array', 'object'].includes(String(value.type))
    )
      add(
        'param-default-type',
        'default',
        `${name} is declared as ${value.type}, but its default is of type ${given}.`,
        `Write a default of type ${value.type}, or change the type.`,
      )
    return drafts
  })
}

/** The fields in which Tekton looks for params that nobody declared. */
const CHECKED = ['name', 'image', 'workingDir', 'script', 'command', 'args', 'onError']

function checkedTexts({ value, path }: Part): Text[] {
  const env = listAt({ value, path }, 'env').flatMap(each =>
    textsIn(each.value.value, [...each.path, 'value']),
  )
  const mounts = listAt({ value, path }, 'volumeMounts').flatMap(each =>
    ['name', 'mountPath', 'subPath'].flatMap(key => textsIn(each.value[key], [...each.path, key])),
  )
  return [...CHECKED.flatMap(key => textsIn(value[key], [...path, key])), ...env, ...mounts]
}

interface Known {
  readonly params: ReadonlyMap<string, Part>
  /** Who should declare it. */
  readonly where: string
}

function lintVariable(
  { params, where }: Known,
  { path }: { readonly path: Path },
  variable: Variable,
): Draft[] {
  const { name, key, text, isTooDeep } = variable
  const at = { severity: 'error', path, text } as const
  if (isTooDeep)
    return [
      {
        ...at,
        rule: 'variable-unknown',
        message: `Tekton takes at most one dot after a param's name, and refuses ${text}.`,
        fix: `Write a name with dots in brackets: $(params["${[name, key].join('.')}…"]).`,
      },
    ]
  const param = params.get(name)
  if (param === undefined)
    return [
      {
        ...at,
        rule: 'variable-unknown',
        message: `${text} stands for a param that is not declared in ${where}: Tekton refuses it.`,
        fix: params.has(`${name}.${key}`)
          ? `Write a name with dots in brackets: $(params["${name}.${key}"]).`
          : `Declare ${name} under params, or correct the name.`,
      },
    ]
  const { properties } = param.value
  if (key === undefined || typeOf(param) !== 'object' || !isObject(properties) || key in properties) return []
  return [
    {
      ...at,
      rule: 'variable-unknown',
      message: `The object ${name} declares no key ${key}: Tekton refuses ${text}.`,
      fix: `Add ${key} to the properties of ${name}.`,
    },
  ]
}

/** Where a list may stand only as a word of its own. */
const WORDS = /^(?:command|args)$/

/** A list or an object where only text can stand. */
function lintUse(own: ReadonlyMap<string, Part>, { path, text }: Text, variable: Variable): Draft[] {
  const param = own.get(variable.name)
  const type = param === undefined ? 'string' : typeOf(param)
  const isWhole = variable.key === undefined && (variable.index === undefined || variable.index === '*')
  if (type === 'string' || !isWhole) return []
  const isWord = WORDS.test(String(path.at(-2)))
  if (type === 'array' && isWord && text === variable.text) return []
  return [
    {
      rule: 'param-misused',
      severity: 'error',
      path,
      text: variable.text,
      message: `${variable.name} is an ${type}, and Tekton refuses it in the middle of a text.`,
      fix:
        type === 'array'
          ? `Make it a word of its own in args: "$(params.${variable.name}[*])".`
          : `Use one of its keys: $(params.${variable.name}.KEY).`,
    },
  ]
}

function mapOf(params: readonly Part[]): Map<string, Part> {
  return new Map(params.map(param => [nameOf(param) ?? '', param]))
}

/** Every param in a Task's steps. `inputs.params` is not looked at by Tekton, and so not here. */
export function lintUses({ spec, steps, outer, isPlaybook }: Work): Draft[] {
  const own = mapOf(listAt(spec, 'params'))
  const where = isPlaybook ? 'the task or the Pipeline' : 'the Task'
  const known = { params: new Map([...mapOf(outer), ...own]), where }
  return steps.flatMap(checkedTexts).flatMap(text =>
    paramsIn(text.text)
      .filter(({ text: written }) => !written.startsWith('$(inputs.'))
      .flatMap(variable => [...lintVariable(known, text, variable), ...lintUse(own, text, variable)]),
  )
}

/** Params in what a Pipeline gives to a task: params, matrix and when. */
export function lintGiven(task: Part, declared: readonly Part[]): Draft[] {
  const known = { params: mapOf(declared), where: 'the Pipeline' }
  const keys = ['params', 'matrix', 'when']
  return keys
    .flatMap(key => textsIn(task.value[key], [...task.path, key]))
    .flatMap(text => paramsIn(text.text).flatMap(variable => lintVariable(known, text, variable)))
}
