// Names that are derived from their cause, so that what happens twice has the same name twice.

import { hash } from 'node:crypto'
import { Fault } from '../runtime/fault.ts'

/** 40 hexadecimal characters of SHA-256 over the parts, each preceded by its length so that no two lists collide. */
export function hashOf(...parts: readonly string[]): string {
  const text = parts.map(part => `${Buffer.byteLength(part)}:${part};`).join('')
  return hash('sha256', text, 'hex').slice(0, 40)
}

/** Both stand on the run and in its receipt, which must stay small. */
const LONGEST = 4_096

/** The remediation's name for life: the hash of the analysis event's source and id. Throws a Fault where they are endless. */
export function correlationOf(analysis: { source: string; id: string }): string {
  for (const name of ['source', 'id'] as const) {
    const { length } = analysis[name]
    if (length > LONGEST)
      throw new Fault(
        'malformed',
        `The ${name} of an analysis may have ${LONGEST} characters, but has ${length}. Send it with a shorter one.`,
      )
  }
  return hashOf(analysis.source, analysis.id)
}

/** The id of an event that answers another: the same cause and type give the same id. */
export function replyId(cause: { source: string; id: string }, type: string): string {
  return hashOf(cause.source, cause.id, type)
}

/** The id of an event about an object, whose own events carry random ids: the same phase gives the same id. */
export function objectEventId(uid: string, type: string, phase: string | number): string {
  return hashOf(uid, type, String(phase))
}
