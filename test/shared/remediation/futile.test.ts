// When a remediation goes round in circles: a table of what counts and what does not.

import { expect, test } from 'vitest'
import { loopOf } from '../../../shared/remediation/futile.ts'
import type { PastRun } from '../../../shared/remediation/lock-state.ts'

const HOUR = 3_600_000
const NOW = 100 * HOUR
const rule = { runs: 3, withinMs: 4 * HOUR, now: NOW }
const asked = { namespace: 'sre', playbook: 'scale' }

function past(outcome: PastRun['outcome'], playbook = 'scale', more: Partial<PastRun> = {}): PastRun {
  const of = { name: playbook, version: '1.0.0', digest: 'sha256:0' }
  return { correlationId: 'x', namespace: 'sre', playbook: of, outcome, endedAt: NOW - HOUR, ...more }
}
const old = { endedAt: NOW - 4 * HOUR }

test.each<[string, PastRun[], boolean]>([
  ['three failures', [past('failed'), past('failed'), past('failed')], true],
  [
    'three failures of several playbooks',
    [past('failed', 'a'), past('failed', 'b'), past('failed', 'c')],
    true,
  ],
  [
    'three successes of the playbook that is asked for again',
    [past('succeeded'), past('succeeded'), past('succeeded')],
    true,
  ],
  ['some of each', [past('failed', 'restart'), past('succeeded'), past('succeeded')], true],
  ['two failures', [past('failed'), past('failed')], false],
  ['successes of another playbook', Array(5).fill(past('succeeded', 'restart')), false],
  [
    'successes of a namesake in another namespace',
    Array(5).fill(past('succeeded', 'scale', { namespace: 'team' })),
    false,
  ],
  ['cancelled ones', Array(5).fill(past('cancelled')), false],
  ['one that is four hours old', [past('failed'), past('failed'), past('failed', 'scale', old)], false],
  ['no past at all', [], false],
])('%s: %#', (_, recent, isLoop) => {
  expect(loopOf(recent, asked, rule) !== undefined).toBe(isLoop)
})

test('it says how often, in which time, and how', () => {
  const why = loopOf([past('failed'), past('failed'), past('succeeded')], asked, rule)
  expect(why).toContain(
    '3 times within 4 h in vain: 2 failed, and after 1 that succeeded scale is asked for again',
  )
})

test('nobody is asked where the rule is switched off', () => {
  expect(loopOf(Array(20).fill(past('failed')), asked, { ...rule, runs: 0 })).toBeUndefined()
})
