// Names that are derived from their cause: the same twice, different for different causes, and fit for any place.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { correlationOf, hashOf, objectEventId, replyId } from '../../../shared/events/identity.ts'

const HASH = /^[0-9a-f]{40}$/
const parts = fc.array(fc.string({ unit: 'grapheme', maxLength: 5 }), { maxLength: 4 })

describe('hashOf', () => {
  it('is 40 hexadecimal characters for anything, and the same again', () => {
    fc.assert(
      fc.property(parts, list => {
        expect(hashOf(...list)).toMatch(HASH)
        expect(hashOf(...list)).toBe(hashOf(...list))
      }),
    )
  })

  it('is different for different lists, however they are cut', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other))
        expect(hashOf(...one)).not.toBe(hashOf(...other))
      }),
    )
  })

  it.each([
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [
      ['1:a;', ''],
      ['', '1:a;'],
    ],
    [['a'], ['a', '']],
    [['ä'], ['a\u0308']],
  ])('%j is not %j', (one, other) => {
    expect(hashOf(...one)).not.toBe(hashOf(...other))
  })

  it('stays what it is: runs in clusters are named by it', () => {
    expect(correlationOf({ source: '/analysis', id: 'incident-1' })).toBe(
      '8c1bc7db8cbbeccabb32de515cc78c7c7aa2c99b',
    )
  })
})

describe('the ids of events', () => {
  const cause = { source: '/analysis', id: 'incident-1' }

  it('a reply has its own id for each cause and type', () => {
    const ids = [
      replyId(cause, 'a'),
      replyId(cause, 'b'),
      replyId({ ...cause, id: 'incident-2' }, 'a'),
      replyId({ ...cause, source: '/other' }, 'a'),
      correlationOf(cause),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('news of an object has its own id for each object, type and phase', () => {
    const ids = [
      objectEventId('u1', 'a', 1),
      objectEventId('u1', 'a', 2),
      objectEventId('u1', 'a', 'ended'),
      objectEventId('u1', 'b', 1),
      objectEventId('u2', 'a', 1),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})

it.each([
  ['id', { source: '/s', id: 'x'.repeat(4_097) }],
  ['source', { source: `/${'x'.repeat(4_096)}`, id: '1' }],
])('an analysis with an endless %s is no remediation', (name, analysis) => {
  expect(() => correlationOf(analysis)).toThrow(
    `The ${name} of an analysis may have 4096 characters, but has 4097`,
  )
})
