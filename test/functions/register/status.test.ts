// The status of a Playbook after each kind of registration: what is new, what is kept, what waits.

import { describe, expect, test } from 'vitest'
import type { Registration } from '../../../functions/register/decide.ts'
import { nextStatus } from '../../../functions/register/status.ts'
import { currentRelease, type PlaybookStatus } from '../../../shared/playbook/playbook.ts'
import { digest, release } from '../../shared/playbook/kit.ts'
import { playbook } from './kit.ts'
import { BEFORE, NOW, postpones, ready, registers, rejects } from './verdicts.ts'

test('a first registration says all there is', () => {
  const first = { ...release('1.0.0', 'a'), registeredAt: NOW }
  const verdict = registers('1.0.0', 'a')
  expect(nextStatus(playbook(), verdict, NOW)).toEqual({
    ...first,
    history: [first],
    parameters: [{ name: 'REPLICAS', type: 'integer', required: true }],
    findings: [{ rule: 'image-not-pinned', severity: 'warning', path: 'p', message: 'Pin it.' }],
    observedGeneration: 3,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Registered',
        message: `scale-down 1.0.0 is pinned to ${digest('a')}`,
        observedGeneration: 3,
        lastTransitionTime: NOW,
      },
    ],
  })
})

describe('a rejection', () => {
  test('keeps what was registered, which still runs, and says why the new is not', () => {
    const next = nextStatus(playbook({}, ready), rejects(false), NOW)
    expect(next).toEqual({
      ...ready,
      findings: [{ rule: 'r', severity: 'error', path: 'p', message: 'No.' }],
      observedGeneration: 3,
      conditions: [
        {
          type: 'Ready',
          status: 'False',
          reason: 'BundleNotFound',
          message: 'No such image.',
          observedGeneration: 3,
          lastTransitionTime: NOW,
        },
      ],
    })
    expect(currentRelease(playbook({}, next))?.version).toBe('1.0.0')
  })

  test('of what was never registered leaves nothing to run', () => {
    expect(currentRelease(playbook({}, nextStatus(playbook(), rejects(false), NOW)))).toBeUndefined()
  })
})

describe('what may pass without a change leaves the generation unobserved, so that it is looked at again', () => {
  test.each<[string, Registration, string]>([
    ['a rejection that may pass', rejects(true), 'False'],
    ['a registry that was down', postpones, 'Unknown'],
  ])('%s', (_, verdict, status) => {
    const next = nextStatus(playbook({}, ready), verdict, NOW)
    expect(next.observedGeneration).toBe(2)
    expect(next.conditions).toMatchObject([{ status, observedGeneration: 3 }])
    expect(next.history).toEqual(ready.history)
    expect(nextStatus(playbook(), verdict, NOW)).not.toHaveProperty('observedGeneration')
  })
})

describe('the condition', () => {
  test.each<[string, Registration, string]>([
    ['keeps its time while it is ready', registers('2.0.0', 'b'), BEFORE],
    ['gets a new one when it is no longer', rejects(false), NOW],
    ['gets a new one when nobody knows', postpones, NOW],
  ])('%s', (_, verdict, time) => {
    expect(nextStatus(playbook({}, ready), verdict, NOW).conditions?.[0]?.lastTransitionTime).toBe(time)
  })

  test('gets one where it had none', () => {
    const timeless: PlaybookStatus = { ...ready, conditions: [{ type: 'Ready', status: 'True' }] }
    expect(nextStatus(playbook({}, timeless), registers('1.0.0', 'a'), NOW).conditions).toMatchObject([
      { lastTransitionTime: NOW },
    ])
  })
})

test.each([registers('1.0.0', 'a'), rejects(false), rejects(true), postpones])(
  'the same verdict again ($kind) changes nothing, so that nobody is woken by it',
  verdict => {
    const once = nextStatus(playbook({}, ready), verdict, NOW)
    expect(nextStatus(playbook({}, once), verdict, '2026-03-02T00:00:00.000Z')).toEqual(once)
    expect(JSON.parse(JSON.stringify(once))).toStrictEqual(once)
  },
)
