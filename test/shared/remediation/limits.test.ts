// Limits: what a run counts against, which numbered Lease it may take, and how a wrong setting is refused.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Limits,
  parseLimits,
  type Scope,
  scopesOf,
  whyFull,
} from '../../../shared/remediation/limits.ts'
import type { TargetLease } from '../../../shared/remediation/lock.ts'
import { LABEL } from '../../../shared/remediation/marks.ts'
import { chooseSlot, holderText } from '../../../shared/remediation/slot-state.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-03-01T12:00:00Z')
const subject = { playbook: 'sre/scale', namespace: 'shop' }
const everything: Limits = {
  global: { atOnce: 5, perHour: 20 },
  namespace: { atOnce: 2, perHour: 9 },
  playbook: { atOnce: 1, perHour: 3 },
}

describe('what a run counts against', () => {
  test.each<[string, Limits, string | undefined, string[]]>([
    ['nothing', {}, 'shop', []],
    ['an empty limit', { global: {} }, 'shop', []],
    ['zero, which stops all', { global: { atOnce: 0 } }, 'shop', ['slot global 0']],
    [
      'everything, always in the same order',
      everything,
      'shop',
      [
        ...['slot global 5', 'slot namespace/shop 2', 'slot playbook/sre/scale 1'],
        ...['hour global 20', 'hour namespace/shop 9', 'hour playbook/sre/scale 3'],
      ],
    ],
    [
      'a target without a namespace',
      { namespace: { atOnce: 1 }, global: { perHour: 1 } },
      undefined,
      ['hour global 1'],
    ],
  ])('%s', (_, limits, namespace, expected) => {
    const scopes = scopesOf(limits, { ...subject, namespace })
    expect(scopes.map(({ kind, name, size }) => `${kind} ${name} ${size}`)).toEqual(expected)
    expect(new Set(scopes.map(scope => scope.hash)).size).toBe(scopes.length)
  })

  test('it is said in words', () => {
    expect(scopesOf(everything, subject).map(whyFull)).toEqual([
      'as many runs as may run at once in all are running: 5',
      'as many runs as may run at once in namespace shop are running: 2',
      'as many runs as may run at once in playbook sre/scale are running: 1',
      'as many runs as may start in an hour in all have started: 20',
      'as many runs as may start in an hour in namespace shop have started: 9',
      'as many runs as may start in an hour in playbook sre/scale have started: 3',
    ])
  })
})

describe('the setting', () => {
  test.each(['{}', '', '{"global":{"atOnce":5}}', '{"namespace":{"atOnce":0,"perHour":1},"playbook":{}}'])(
    '%s is taken',
    text => {
      expect(parseLimits(text)).toEqual(JSON.parse(text || '{}'))
    },
  )

  test.each([
    ['5', 'is no object'],
    ['[]', 'is no object'],
    ['global', 'is no object'],
    ['{"team":{}}', 'team is none of global, namespace, playbook'],
    ['{"global":3}', 'global is no object'],
    ['{"global":{"atonce":3}}', 'global.atonce is none of atOnce, perHour'],
    ['{"global":{"atOnce":"3"}}', 'global.atOnce is no whole number from 0'],
    ['{"global":{"atOnce":1,"perHour":-1}}', 'global.perHour is no whole number from 0'],
    ['{"global":{"atOnce":0.5}}', 'global.atOnce is no whole number from 0'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => parseLimits(text)).toThrow(`but ${why}. Correct it`)
  })
})

describe('a numbered Lease', () => {
  const slot: Scope = { kind: 'slot', name: 'global', hash: 'a', size: 2 }
  const hour: Scope = { ...slot, kind: 'hour' }
  const run = { namespace: 'sre', name: 'rem-0' }
  const other = (name: string) => ({ namespace: 'sre', name })
  function lease(number: number, holder = '', agoMs = 0): TargetLease {
    const metadata = { name: `slot-a-${number}`, resourceVersion: '1', labels: { [LABEL.slot]: 'a' } }
    const acquireTime = new Date(NOW - agoMs).toISOString()
    return { metadata, spec: { holderIdentity: holder, acquireTime } }
  }
  const theirs = holderText(other('rem-1'))

  test.each<[string, Scope, TargetLease[], unknown]>([
    ['that was never made is free', slot, [], { number: 1, lease: undefined }],
    ['that was given back is free', slot, [lease(1), lease(2, theirs)], { number: 1, lease: lease(1) }],
    ['beside one that is held is free', slot, [lease(1, theirs)], { number: 2, lease: undefined }],
    ['that it has is its own', slot, [lease(1, theirs), lease(2, holderText(run))], 'mine'],
    ['is not free where all are held', slot, [lease(1, theirs), lease(2, theirs)], 'full'],
    [
      'of another limit does not count',
      { ...slot, hash: 'b' },
      [lease(1, theirs), lease(2, theirs)],
      { number: 1 },
    ],
    ['beyond a limit that was lowered counts', slot, [lease(7, theirs), lease(8, theirs)], 'full'],
    ['is never free of none', { ...slot, size: 0 }, [], 'full'],
    ['of a run stays held', slot, [lease(1, theirs, 9 * HOUR), lease(2, theirs, 9 * HOUR)], 'full'],
    ['of an hour is held for that hour', hour, [lease(1, theirs, HOUR - 1), lease(2, theirs)], 'full'],
    ['of an hour is free after it', hour, [lease(1, theirs, HOUR), lease(2, theirs)], { number: 1 }],
  ])('%s', (_, scope, leases, expected) => {
    const choice = chooseSlot(scope, leases, { run, now: NOW })
    if (typeof expected === 'string') expect(choice).toBe(expected)
    else expect(choice).toMatchObject(expected as object)
  })

  test('is never one that is held, and there is one until all are', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 5 }))
    const name = fc.stringMatching(/^rem-[0-9a-f]{40}$/)
    fc.assert(
      fc.property(numbers, name, (held, each) => {
        const leases = held.map(number => lease(number, theirs))
        const choice = chooseSlot({ ...slot, size: 5 }, leases, { run: other(each), now: NOW })
        if (held.length === 5) expect(choice).toBe('full')
        else expect(held).not.toContain((choice as { number: number }).number)
      }),
    )
  })
})
