// The versions that a Playbook remembers, so that they stay runnable.

import { describe, expect, test } from 'vitest'
import type { Registration } from '../../../functions/register/decide.ts'
import { nextStatus } from '../../../functions/register/status.ts'
import { currentRelease, type PlaybookStatus } from '../../../shared/playbook/playbook.ts'
import { release } from '../../shared/playbook/kit.ts'
import { playbook } from './kit.ts'
import { BEFORE, NOW, ready, registers } from './verdicts.ts'

describe('history', () => {
  function versionsAfter(verdict: Registration, status: PlaybookStatus): string[] {
    const { history = [] } = nextStatus(playbook({}, status), verdict, NOW)
    return history.map(each => `${each.version} ${each.registeredAt}`)
  }

  test('grows by each new version, the newest first', () => {
    expect(versionsAfter(registers('2.0.0', 'b'), ready)).toEqual([`2.0.0 ${NOW}`, `1.0.0 ${BEFORE}`])
  })

  test('has each version once, with the time at which it was registered first', () => {
    expect(versionsAfter(registers('1.0.0', 'a'), ready)).toEqual([`1.0.0 ${BEFORE}`])
  })

  test('puts a version that is registered again first', () => {
    const both = { ...ready, history: [release('2.0.0', 'b'), release('1.0.0', 'a')] }
    expect(versionsAfter(registers('1.0.0', 'a'), both)).toEqual([`1.0.0 ${BEFORE}`, `2.0.0 ${BEFORE}`])
  })

  test('forgets the oldest beyond twenty', () => {
    const history = Array.from({ length: 20 }, (_, index) => release(`1.${20 - index}.0`, 'a'))
    const versions = versionsAfter(registers('2.0.0', 'b'), { ...ready, history })
    expect(versions).toHaveLength(20)
    expect(versions[0]).toBe(`2.0.0 ${NOW}`)
    expect(versions.at(-1)).toBe(`1.2.0 ${BEFORE}`)
  })

  test('holds the release that is current', () => {
    const next = nextStatus(playbook({}, ready), registers('2.0.0', 'b'), NOW)
    expect(currentRelease(playbook({}, next))?.version).toBe('2.0.0')
  })
})
