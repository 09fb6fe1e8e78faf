// Which of the given names go on: declared ones do, the platform's may be dropped, the rest are refused or dropped.

import type { Target } from '../remediation/target.ts'
import { nearest } from './advice.ts'
import { quote } from './fault.ts'
import type { CompiledParameters, Dropped, ParameterFault } from './parameters.ts'
import { factOf, isPlatformName, platformNames } from './platform.ts'
import { escapeSegment, isWelcome, propertiesOf, typesOf } from './schema.ts'

const MOST_NAMED = 12
const MOST_CHARACTERS = 256

export interface Sorted {
  readonly kept: Map<string, unknown>
  readonly dropped: Dropped[]
  readonly filled: string[]
  readonly faults: ParameterFault[]
}

export interface Names {
  readonly compiled: CompiledParameters
  readonly given: Readonly<Record<string, unknown>>
  readonly target: Target | undefined
  /** Names that the Pipeline declares. */
  readonly pipeline: ReadonlySet<string>
  readonly undeclared: 'refuse' | 'drop'
}

function undeclaredFault(name: string, declared: readonly string[]): ParameterFault {
  const near = nearest(name, declared)
  const shown = declared.slice(0, MOST_NAMED).join(', ')
  const all =
    declared.length === 0
      ? 'The playbook declares none.'
      : `Declared are ${shown}${declared.length > MOST_NAMED ? ', …' : ''}.`
  const advice = near === undefined ? `Leave it out. ${all}` : `Did you mean ${near}? Otherwise leave it out.`
  const message = `${quote(name)} is not declared by the playbook. ${advice}`
  return {
    path: `/${escapeSegment(name.slice(0, MOST_CHARACTERS))}`,
    rule: 'undeclared',
    expected: 'a declared name',
    actual: quote(name),
    message,
  }
}

/** Where neither the schema nor, for the platform's names, the Pipeline declares it. */
function sortUndeclared(name: string, names: Names, sorted: Sorted): void {
  const declared = names.compiled.flat.map(parameter => parameter.name)
  if (isPlatformName(name))
    sorted.dropped.push({ name, why: 'the playbook does not ask for this fact about the target' })
  else if (names.undeclared === 'drop') sorted.dropped.push({ name, why: 'the playbook does not declare it' })
  else sorted.faults.push(undeclaredFault(name, declared))
}

/**
 * Sorts the given names and adds the platform's that were asked for and not given. A null is not a value unless the
 * schema says so: LLMs write it for what they leave open.
 */
export function sortNames(names: Names): Sorted {
  const { compiled, given, target, pipeline } = names
  const declared = propertiesOf(compiled.schema, compiled.schema)
  const sorted: Sorted = { kept: new Map(), dropped: [], filled: [], faults: [] }
  const asks = (name: string): boolean => declared.has(name) || (isPlatformName(name) && pipeline.has(name))
  for (const [name, value] of Object.entries(given)) {
    const property = declared.get(name)
    const mayBeNull = property !== undefined && typesOf(property, compiled.schema).includes('null')
    if (!asks(name) && !isWelcome(name, compiled.schema)) sortUndeclared(name, names, sorted)
    else if (value === undefined || (value === null && !mayBeNull))
      sorted.dropped.push({ name, why: 'null is no value' })
    else sorted.kept.set(name, value)
  }
  for (const name of platformNames) {
    const fact = factOf(name, target)
    if (fact === undefined || !asks(name) || sorted.kept.has(name)) continue
    sorted.kept.set(name, fact)
    sorted.filled.push(name)
  }
  return sorted
}
