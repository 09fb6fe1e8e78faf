// A recorded analysis: a CloudEvent in JSON, or its data alone, as JSON or as what a model said.

import { readContent } from '../local/story/send.ts'
import { eventFromText } from '../shared/events/text.ts'

/** What was kept of an analysis event; only its data where nothing else was. */
export interface Recorded {
  readonly source?: string
  readonly id?: string
  /** When it was sent, RFC 3339. */
  readonly time?: string
  /** After this it means nothing, RFC 3339. */
  readonly expirytime?: string
  readonly data: unknown
}

/** Throws a Fault `malformed` for a CloudEvent that is none. */
export function readRecorded(text: string): Recorded {
  const { data } = readContent(text)
  if (typeof data !== 'object' || data === null || !('specversion' in data)) return { data }
  const { source, id, time, expirytime, data: carried } = eventFromText(text)
  return {
    source,
    id,
    ...(time === undefined ? {} : { time }),
    ...(typeof expirytime === 'string' ? { expirytime } : {}),
    data: carried,
  }
}
