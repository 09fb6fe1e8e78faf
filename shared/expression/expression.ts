// Expressions in CEL (https://github.com/google/cel-spec/blob/master/doc/langdef.md), bounded in length, nesting and cost.

import { Environment, EvaluationError, ParseError, TypeError as TypeFault } from '@marcbachmann/cel-js'
import { linearPattern, type Tester } from '../parameters/pattern.ts'
import type { Facts } from './facts.ts'
import { excess, isPlain, type Shape, shapeOf, visit } from './shape.ts'

export interface Expression {
  readonly text: string
  /** What it says of the facts; `ok` is false where it says neither true nor false, with the reason why. */
  readonly evaluate: (facts: Facts) => Answer
}

export type Answer =
  | { readonly ok: true; readonly value: boolean }
  | { readonly ok: false; readonly why: string }

export type Compiled =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly why: string; readonly at?: number }

const BOUNDS = {
  characters: 2_048,
  nodes: 256,
  depth: 24,
  members: 64,
  arguments: 8,
  loops: 2,
} as const

/** The language's own `matches` runs JavaScript's engine, which a pattern may keep busy for ever. */
const MATCHES = 'matchesInLinearTime'
const REMEMBERED = 256
const patterns = new Map<string, Tester>()

function patternOf(text: string): Tester {
  const known = patterns.get(text)
  if (known !== undefined) return known
  const pattern = linearPattern(text)
  if (patterns.size < REMEMBERED) patterns.set(text, pattern)
  return pattern
}

/** What an expression may speak of: a precondition is judged again when nobody remembers the analysis. */
const VARIABLES = {
  rule: ['analysis', 'playbook', 'parameters', 'target'],
  precondition: ['playbook', 'parameters', 'target'],
} as const

export type Purpose = keyof typeof VARIABLES

const environments = new Map<Purpose, Environment>()

function languageOf(purpose: Purpose): Environment {
  const known = environments.get(purpose)
  if (known !== undefined) return known
  const environment = new Environment({
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: {
      maxAstNodes: BOUNDS.nodes,
      maxDepth: BOUNDS.depth,
      maxListElements: BOUNDS.members,
      maxMapEntries: BOUNDS.members,
      maxCallArguments: BOUNDS.arguments,
    },
  })
    .registerVariable('now', 'google.protobuf.Timestamp')
    .registerFunction(`string.${MATCHES}(string): bool`, (text: string, pattern: string) =>
      patternOf(pattern).test(text),
    )
  for (const name of VARIABLES[purpose]) environment.registerVariable(name, 'map')
  environments.set(purpose, environment)
  return environment
}

function refusal(error: unknown): Extract<Compiled, { ok: false }> {
  if (error instanceof ParseError || error instanceof TypeFault || error instanceof EvaluationError) {
    const at = error.range?.start
    return { ok: false, why: error.summary, ...(at === undefined ? {} : { at }) }
  }
  return { ok: false, why: error instanceof Error ? error.message : String(error) }
}

type Parsed = ReturnType<Environment['parse']>

/** Puts our own `matches` in the place of the language's; answers why it cannot be, where a pattern is wrong. */
function withLinearPatterns({ ast }: Parsed): Extract<Compiled, { ok: false }> | undefined {
  let wrong: Extract<Compiled, { ok: false }> | undefined
  visit(ast, node => {
    if (node.op !== 'rcall' || node.args[0] !== 'matches') return
    const [pattern] = node.args[2]
    node.args[0] = MATCHES
    if (pattern?.op !== 'value' || typeof pattern.args !== 'string') return
    try {
      patternOf(pattern.args)
    } catch (error) {
      wrong ??= { ...refusal(error), at: pattern.start }
    }
  })
  return wrong
}

function evaluateWith(parsed: Parsed, shape: Shape): Expression['evaluate'] {
  return ({ variables, size }) => {
    const tooMuch = isPlain(shape) ? undefined : excess(shape, size())
    if (tooMuch !== undefined) return { ok: false, why: tooMuch }
    try {
      const value: unknown = parsed(variables)
      if (typeof value === 'boolean') return { ok: true, value }
      return { ok: false, why: 'it yields neither true nor false' }
    } catch (error) {
      return { ok: false, why: refusal(error).why }
    }
  }
}

/** Compiles an expression that yields true or false; throws nothing. `at` is the character, from 0, where it is wrong. */
export function compileExpression(text: string, purpose: Purpose): Compiled {
  if (text.length > BOUNDS.characters)
    return { ok: false, why: `it has ${text.length} characters, and may have ${BOUNDS.characters}` }
  try {
    const parsed = languageOf(purpose).parse(text)
    const shape = shapeOf(parsed.ast)
    if (shape.calls.has('bind'))
      return { ok: false, why: 'cel.bind is not supported; write the value where it is used' }
    if (shape.loops > BOUNDS.loops)
      return { ok: false, why: `its loops are nested ${shape.loops} deep, and may be ${BOUNDS.loops}` }
    const wrong = withLinearPatterns(parsed)
    if (wrong !== undefined) return wrong
    const { valid, type, error } = parsed.check()
    if (!valid) return refusal(error)
    if (type !== 'bool' && type !== 'dyn')
      return { ok: false, why: `it must yield true or false, but yields ${type}` }
    return { ok: true, expression: { text, evaluate: evaluateWith(parsed, shape) } }
  } catch (error) {
    return refusal(error)
  }
}
