// When two requests are the same question: type, namespace, parameters and settings, without ambiguity.

import { createHash } from 'node:crypto'
import { sortKeys } from '../bundle/json.ts'
import type { ResolverRequest } from './resolver.ts'

/** A hash in which nothing can be confused with anything else; another tenant's question is another question. */
export function questionKey(type: string, { namespace, params, settings }: ResolverRequest): string {
  const sorted = [...params].sort(([a], [b]) => (a < b ? -1 : 1))
  const text = JSON.stringify([type, namespace, sortKeys(sorted), sortKeys(settings)])
  return createHash('sha256').update(text).digest('hex')
}
