// Names that are derived from their cause, so that what happens twice has the same name twice.

import { hash } from 'node:crypto'

/** 40 hexadecimal characters of SHA-256 over the parts, each preceded by its length so that no two lists collide. */
export function hashOf(...parts: readonly string[]): string {
  const text = parts.map(part => `${Buffer.byteLength(part)}:${part};`).join('')
  return hash('sha256', text, 'hex').slice(0, 40)
}

/** The remediation's name for life: the hash of the analysis event's source and id. */
export function correlationOf(analysis: { source: string; id: string }): string {
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
