// Which events a Trigger's filter lets through, and which Triggers are refused.

import { describe, expect, it } from 'vitest'
import { compileFilter, type FilterResult } from '../../../local/broker/filters.ts'
import type { EventFilter, Trigger } from '../../../local/broker/objects.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'

const EVENT: CloudEvent = {
  id: '1',
  source: '/s',
  type: 'io.example.made',
  specversion: '1.0',
  subject: 'rem-1',
  time: '2026-01-02T03:04:05.1200+00:00',
  datacontenttype: 'application/json; charset=utf-8',
  count: 5,
  empty: '',
}
const BARE: CloudEvent = { id: '1', source: '/s', type: 't', specversion: '1.0' }

type Spec = Omit<Trigger['spec'], 'subscriber'>

function resultOf(spec: Spec, event: CloudEvent = EVENT): FilterResult {
  const compiled = compileFilter({ ...spec, subscriber: { uri: 'http://x' } })
  if (!compiled.ok) throw new Error(compiled.reason)
  return compiled.filter(event)
}

describe('spec.filter', () => {
  const rows: [string, Record<string, string> | undefined, FilterResult][] = [
    ['no attributes', undefined, 'none'],
    ['an empty map', {}, 'pass'],
    ['equal', { type: 'io.example.made' }, 'pass'],
    ['different', { type: 'io.example' }, 'fail'],
    ['all must match', { type: 'io.example.made', subject: 'x' }, 'fail'],
    ['"" is any value', { subject: '' }, 'pass'],
    ['"" is not an absent optional attribute', { dataschema: '' }, 'fail'],
    ['"" is not an absent extension', { nothing: '' }, 'fail'],
    ['"" is not an empty extension', { empty: '' }, 'fail'],
    ['a number is not its text', { count: '5' }, 'fail'],
    ['the media type without parameters', { datamediatype: 'application/json' }, 'pass'],
    ['time in canonical form', { time: '2026-01-02T03:04:05.12Z' }, 'pass'],
    ['data is no attribute', { data: '' }, 'fail'],
    ['nothing is inherited', { constructor: '' }, 'fail'],
  ]
  it.each(rows)('%s', (_, attributes, expected) => {
    expect(resultOf({ filter: attributes === undefined ? {} : { attributes } })).toBe(expected)
  })

  it('an absent time is the year 1', () => {
    expect(resultOf({ filter: { attributes: { time: '0001-01-01T00:00:00Z' } } }, BARE)).toBe('pass')
  })
})

describe('spec.filters', () => {
  const yes: EventFilter = { exact: { subject: 'rem-1' } }
  const no: EventFilter = { exact: { subject: 'other' } }
  const skipped: EventFilter = { exact: { subject: '' } }
  const rows: [string, EventFilter[], FilterResult][] = [
    ['exact', [yes], 'pass'],
    ['exact compares a number by its text', [{ exact: { count: '5' } }], 'pass'],
    ['exact, several keys, all must match', [{ exact: { subject: 'rem-1', type: 'x' } }], 'fail'],
    ['exact, unknown extension', [{ exact: { nothing: 'x' } }], 'fail'],
    ['prefix', [{ prefix: { type: 'io.', subject: 'rem-' } }], 'pass'],
    ['prefix, no match', [{ prefix: { type: 'made' } }], 'fail'],
    ['suffix', [{ suffix: { type: '.made' } }], 'pass'],
    ['suffix, no match', [{ suffix: { type: 'io' } }], 'fail'],
    ['suffix of an absent attribute', [{ suffix: { dataschema: 'x' } }], 'fail'],
    ['the list is an and', [yes, no], 'fail'],
    ['all', [{ all: [yes, yes] }], 'pass'],
    ['all, one fails', [{ all: [yes, no] }], 'fail'],
    ['any', [{ any: [no, yes] }], 'pass'],
    ['any, none passes', [{ any: [no, no] }], 'fail'],
    ['not', [{ not: no }], 'pass'],
    ['not of a match', [{ not: yes }], 'fail'],
    ['nested', [{ not: { any: [no, { all: [yes, no] }] } }], 'pass'],
    ['an empty value is skipped', [skipped], 'none'],
    ['a skipped filter leaves the others', [skipped, no], 'fail'],
    ['not of nothing is nothing', [{ not: skipped }], 'none'],
    ['a filter without a dialect is skipped', [{}], 'none'],
  ]
  it.each(rows)('%s', (_, filters, expected) => {
    expect(resultOf({ filters })).toBe(expected)
  })

  it('overrides spec.filter', () => {
    const filter = { attributes: { subject: 'other' } }
    expect(resultOf({ filter, filters: [yes] })).toBe('pass')
    expect(resultOf({ filter, filters: [] })).toBe('fail')
  })
})

describe('a Trigger is refused for', () => {
  const rows: [string, Spec, RegExp][] = [
    ['CESQL', { filters: [{ cesql: "type = 'x'" }] }, /filters\[0\]\.cesql is not supported/],
    ['CESQL deep down', { filters: [{ any: [{ not: { cesql: 'TRUE' } }] }] }, /\[0\]\.any\[0\]\.not\.cesql/],
    ['two dialects', { filters: [{ exact: { a: '1' }, prefix: { b: '2' } }] }, /mixes exact and prefix/],
    ['a name in upper case', { filters: [{ exact: { myAttr: '1' } }] }, /"myAttr" is no attribute name/],
    ['a name with a dash', { filter: { attributes: { 'my-attr': '1' } } }, /"my-attr" is no attribute name/],
  ]
  it.each(rows)('%s', (_, spec, reason) => {
    const compiled = compileFilter({ ...spec, subscriber: { uri: 'http://x' } })
    expect(compiled).toStrictEqual({ ok: false, reason: expect.stringMatching(reason) })
  })
})
