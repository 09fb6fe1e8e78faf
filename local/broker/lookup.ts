// How a Trigger's filter sees an event's attributes: the default Broker's own lookup, quirks included.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'

const ZERO_TIME = '0001-01-01T00:00:00Z'

/**
 * The value that a filter compares, or `undefined` where an extension is absent. Optional attributes of the
 * specification are always present, possibly empty; an absent time is the year 1; a time has no trailing zeros.
 */
export function lookUp(event: CloudEvent, attribute: string): unknown {
  switch (attribute) {
    case 'specversion':
    case 'type':
    case 'source':
    case 'id':
      return event[attribute]
    case 'subject':
    case 'datacontenttype':
    case 'datacontentencoding':
    case 'dataschema':
      return event[attribute] ?? ''
    case 'schemaurl':
      return event.dataschema ?? ''
    case 'datamediatype':
      return (event.datacontenttype ?? '').split(';', 1)[0]?.trim().toLowerCase()
    case 'time':
      return event.time === undefined ? ZERO_TIME : canonical(event.time)
    case 'data':
    case 'data_base64':
      return undefined
    default:
      return Object.hasOwn(event, attribute) ? event[attribute] : undefined
  }
}

function canonical(time: string): string {
  return time
    .toUpperCase()
    .replace(/\.(\d*?)0+(?=[Z+-])/, (_, digits: string) => (digits === '' ? '' : `.${digits}`))
    .replace(/\+00:00$/, 'Z')
}
