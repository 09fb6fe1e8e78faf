// Values that a schema accepts, for a test case to begin with.

import { compileParameters } from '../../shared/parameters/compile.ts'
import type { CompiledParameters, FlatParameter } from '../../shared/parameters/parameters.ts'

const GUESSES: readonly unknown[] = [
  'example',
  'Deployment',
  '1',
  '10m',
  '128Mi',
  'a/b',
  'v1',
  'example.com',
  'a',
  '',
  1,
  0,
  10,
  true,
  ['example'],
  { key: 'example' },
]

function isAccepted({ validate }: CompiledParameters, name: string, value: unknown): boolean {
  validate({ [name]: value })
  return !(validate.errors ?? []).some(({ instancePath }) => instancePath.split('/')[1] === name)
}

function guess(compiled: CompiledParameters, { name, enum: values = [], minimum }: FlatParameter): unknown {
  const known = [...values, ...(minimum === undefined ? [] : [minimum])]
  return [...known, ...GUESSES].find(value => isAccepted(compiled, name, value)) ?? 'replace me'
}

/** One value for each parameter that must be given. */
export function sampleOf(schema: unknown): Record<string, unknown> {
  const compiled = compileParameters(schema)
  if (!compiled.ok) return {}
  const needed = compiled.flat.filter(({ required }) => required)
  return Object.fromEntries(needed.map(parameter => [parameter.name, guess(compiled, parameter)]))
}
