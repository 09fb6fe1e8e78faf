// A form made of a playbook's parameters: what was not given is asked, and held against the schema as it is answered.

import { isObject, type Json } from '../../shared/analysis/document.ts'
import { describe } from '../../shared/parameters/describe.ts'
import { judgeParameters } from '../../shared/parameters/judge.ts'
import type { CompiledParameters, FlatParameter } from '../../shared/parameters/parameters.ts'
import type { ParameterProposal } from '../../shared/parameters/pass.ts'
import { isPlatformName } from '../../shared/parameters/platform.ts'
import { propertiesOf } from '../../shared/parameters/schema.ts'
import type { Question, Shell } from '../shell.ts'

/** What the answers are held against. */
export interface Asked {
  readonly compiled: CompiledParameters
  readonly proposal: Omit<ParameterProposal, 'given'>
}

/** Those that nobody has given, and that the target does not give. */
export function openParameters({ compiled, proposal }: Asked, given: Json): FlatParameter[] {
  const isFilled = ({ name }: FlatParameter): boolean => isPlatformName(name) && proposal.target !== undefined
  return compiled.flat.filter(each => !(each.name in given) && !isFilled(each))
}

/** What a parameter must be, in words. */
export function wordsFor({ compiled: { schema } }: Asked, { name }: FlatParameter): string {
  return describe(propertiesOf(schema, schema).get(name) ?? {}, schema)
}

/** A list or an object is written as JSON; everything else is what it says. */
function valueIn({ type }: FlatParameter, answer: string): unknown {
  if (type !== 'array' && type !== 'object') return answer
  try {
    return JSON.parse(answer)
  } catch {
    return answer
  }
}

function textOf(value: unknown): string {
  return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value)
}

function questionOf(asked: Asked, parameter: FlatParameter, answers: Json): Question {
  const { name, required, description, default: usual, writeOnly } = parameter
  const words = parameter.enum === undefined ? ` (${wordsFor(asked, parameter)})` : ''
  const choices = parameter.type === 'boolean' ? ['true', 'false'] : parameter.enum?.map(textOf)
  const isOffered = choices !== undefined && (required || usual !== undefined)
  return {
    text: `${name}${description === undefined ? '' : `: ${description}`}${words}${required ? '' : ', or nothing'}`,
    ...(isOffered ? { choices } : {}),
    ...(usual === undefined ? {} : { initial: textOf(usual) }),
    ...(writeOnly === true ? { isSecret: true } : {}),
    fault(answer) {
      if (answer === '' && !required) return undefined
      const given = { ...answers, [name]: valueIn(parameter, answer) }
      const verdict = judgeParameters(asked.compiled, { ...asked.proposal, given })
      const path = `/${name}`
      const of = (each: { path: string }): boolean => each.path === path || each.path.startsWith(`${path}/`)
      return verdict.ok ? undefined : verdict.faults.find(of)?.message
    },
  }
}

/** The given values and the answers; one that may be left out and is, is. */
export async function fillForm(ask: NonNullable<Shell['ask']>, asked: Asked, given: Json): Promise<Json> {
  let answers = given
  for (const parameter of openParameters(asked, given)) {
    const answer = await ask(questionOf(asked, parameter, answers))
    if (answer !== '' || parameter.required)
      answers = { ...answers, [parameter.name]: valueIn(parameter, answer) }
  }
  return answers
}
