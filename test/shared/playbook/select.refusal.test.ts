// Why nothing is selected, as a reason and a sentence that says what to do.

import { describe, expect, test } from 'vitest'
import type { Playbook } from '../../../shared/playbook/playbook.ts'
import { type Selection, selectPlaybook, type Wish } from '../../../shared/playbook/select.ts'
import { digest, registered, unregistered } from './kit.ts'
import { drain, scale, select, summary } from './wishes.ts'

function refusal(wish: Wish, playbooks: readonly Playbook[]): Extract<Selection, { ok: false }> {
  const selection = selectPlaybook(wish, playbooks)
  if (selection.ok) throw new Error(`${summary(selection)} was selected`)
  return selection
}

describe('no release is chosen for', () => {
  const name = { playbook: 'scale-down' }
  test.each<[string, Wish, string]>([
    [
      'an unknown version, with those that are registered',
      { ...name, version: 'v3.0.0' },
      `UnknownVersion: sre/scale-down has no version 3.0.0. Registered: 2.0.0 (${digest('b')}), 1.0.0 (${digest('a')}).`,
    ],
    [
      'an unknown digest',
      { ...name, digest: digest('c') },
      `UnknownDigest: ${digest('c')} was never registered for sre/scale-down. Registered: 2.0.0 (${digest('b')}), 1.0.0 (${digest('a')}).`,
    ],
    [
      'an unknown digest in a reference that stands for the name',
      { playbook: `quay.io/org/scale-bundle@${digest('c')}` },
      `UnknownDigest: ${digest('c')} was never registered for sre/scale-down. Registered: 2.0.0 (${digest('b')}), 1.0.0 (${digest('a')}).`,
    ],
    [
      'a digest and a version of two releases',
      { ...name, digest: digest('a'), version: '2.0.0' },
      `UnknownVersion: ${digest('a')} is version 1.0.0 of sre/scale-down, not 2.0.0. Name one of the two.`,
    ],
  ])('%s', (_, wish, expected) => {
    const { reason, message, playbook } = refusal(wish, [scale])
    expect(`${reason}: ${message}`).toBe(expected)
    expect(playbook).toBe(scale)
  })
})

describe('nothing is selected', () => {
  const suspended = registered('resting', { spec: { suspended: true } })
  const empty = { ...unregistered('empty'), status: { conditions: registered('x').status?.conditions ?? [] } }
  test.each<[string, Wish, readonly Playbook[], string]>([
    [
      'while it is suspended',
      { playbook: 'resting' },
      [suspended],
      'PlaybookSuspended: sre/resting is suspended by its operator. Choose another or ask for it.',
    ],
    [
      'before anybody looked at it',
      { playbook: 'new' },
      [unregistered('new')],
      'PlaybookNotReady: sre/new is not registered: it was not looked at yet',
    ],
    [
      'while it is rejected, with the reason from its condition',
      { playbook: 'new' },
      [unregistered('new', 'No version is given.')],
      'PlaybookNotReady: sre/new is not registered: No version is given.',
    ],
    [
      'where its status lost what was registered',
      { playbook: 'empty' },
      [empty],
      'PlaybookNotReady: sre/empty has no registered version to run.',
    ],
    [
      'where one name is in two namespaces',
      { playbook: 'scale-down' },
      [scale, registered('scale-down', { namespace: 'team' })],
      'AmbiguousPlaybook: "scale-down" names 2 playbooks: sre/scale-down, team/scale-down. Name one as namespace/name.',
    ],
    [
      'where two claim one alias',
      { playbook: 'oomkill' },
      [scale, registered('other', { spec: { aliases: ['oomkill'] } })],
      'AmbiguousPlaybook: "oomkill" names 2 playbooks: sre/scale-down, sre/other. Name one as namespace/name.',
    ],
    [
      'where the alias of one is the name of another',
      { playbook: 'oomkill' },
      [scale, registered('oomkill')],
      'AmbiguousPlaybook: "oomkill" names 2 playbooks: sre/scale-down, sre/oomkill. Name one as namespace/name.',
    ],
    [
      'where the name is unknown, but near',
      { playbook: 'scale-dwn' },
      [scale, drain],
      'UnknownPlaybook: No playbook is registered as "scale-dwn". The nearest name is scale-down. Choose a registered one.',
    ],
    [
      'where nothing is like it',
      { playbook: '359072fc-91d1-57da-8a56-ddb3e3f289bb' },
      [scale, drain],
      'UnknownPlaybook: No playbook is registered as "359072fc-91d1-57da-8a56-ddb3e3f289bb". No name comes near it. Choose a registered one.',
    ],
  ])('%s', (_, wish, playbooks, expected) => {
    const { reason, message } = refusal(wish, playbooks)
    expect(`${reason}: ${message}`).toBe(expected)
  })

  test('two namespaces are no trouble where the wish names one', () => {
    const playbooks = [scale, registered('scale-down', { namespace: 'team' })]
    expect(select({ playbook: 'team/scale-down' }, playbooks)).toBe('team/scale-down 1.0.0')
  })
})
