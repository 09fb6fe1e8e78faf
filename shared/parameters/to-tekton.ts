// From validated values to what a PipelineRun carries: text, or lists and maps of text where the Pipeline wants them.

import { isObject } from '../analysis/document.ts'
import type { PipelineParam } from '../playbook/playbook.ts'
import { plainText } from './coerce.ts'
import type { TektonValue } from './parameters.ts'

function asText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return plainText(value) ?? String(value)
  return JSON.stringify(value)
}

/** Undefined where a value cannot become what the Pipeline declares: its schema and its Pipeline contradict each other. */
export function toTekton(value: unknown, type: PipelineParam['type']): TektonValue | undefined {
  if (type === 'string') return asText(value)
  if (type === 'array') return Array.isArray(value) ? value.map(asText) : undefined
  if (!isObject(value)) return undefined
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asText(inner)]))
}
