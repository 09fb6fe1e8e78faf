// The decision not to run: why, of which playbook and target, and all that is wrong.

import { describe, expect, test } from 'vitest'
import type { NoDecision } from '../../../shared/analysis/analysis.ts'
import { refuseAnalysis } from '../../../shared/decision/decide.ts'
import { digest } from '../playbook/kit.ts'
import { refused, target } from './kit.ts'

describe('nothing runs', () => {
  const about = { playbook: { namespace: 'sre', name: 'scale-down' }, target }
  test('where no playbook is known by the name: the nearest ones are said', () => {
    expect(refused({ analysis: { target }, candidate: { playbook: 'scale-dwn' } })).toEqual({
      kind: 'refused',
      reason: 'UnknownPlaybook',
      message: expect.stringContaining('The nearest name is scale-down.'),
      nearest: ['scale-down'],
      target,
    })
  })

  test('where nothing is near, and no target is known: the refusal has only its sentence', () => {
    const { message, ...rest } = refused({ candidate: { playbook: '359072fc-91d1-57da-8a56-ddb3e3f289bb' } })
    expect(rest).toStrictEqual({ kind: 'refused', reason: 'UnknownPlaybook' })
    expect(message).toContain('No name comes near it.')
  })

  test('where the playbook may not run: it is said which', () => {
    const suspended = refused({ analysis: { target }, spec: { suspended: true } })
    expect(suspended).toMatchObject({ reason: 'PlaybookSuspended', ...about })
    const other = refused({ analysis: { target }, candidate: { digest: digest('e') } })
    expect(other).toMatchObject({ reason: 'UnknownDigest', ...about })
  })

  test('where the registered schema no longer compiles', () => {
    expect(refused({ analysis: { target }, schema: { type: 7 } })).toEqual({
      kind: 'refused',
      reason: 'PlaybookNotReady',
      message:
        'The schema that sre/scale-down 1.0.0 was registered with does not compile. Register it again.',
      ...about,
    })
  })

  test('where parameters are wrong: all that is wrong is said at once', () => {
    const parameters = { REPLICAS: 'three', MODE: '$(rm)' }
    const decision = refused({ analysis: { target }, candidate: { parameters } })
    expect(decision).toMatchObject({
      reason: 'InvalidParameters',
      message: '2 things are wrong with the parameters of scale-down 1.0.0.',
      ...about,
    })
    expect(decision.faults?.map(fault => fault.path).sort()).toEqual(['/MODE', '/REPLICAS'])
  })

  test('where parameters are missing altogether', () => {
    expect(refused({ candidate: { parameters: undefined } })).toMatchObject({
      message: '1 thing is wrong with the parameters of scale-down 1.0.0.',
      faults: [{ path: '/REPLICAS', rule: 'required' }],
    })
  })

  test.each<[string, NoDecision, object]>([
    [
      'of a known target',
      { kind: 'none', reason: 'NotActionable', message: 'Nothing to do.', target },
      { target },
    ],
    ['of an unknown one', { kind: 'none', reason: 'Tie', message: 'Nothing to do.', summary: 'Why.' }, {}],
  ])('where the analysis decided nothing, %s', (_, none, more) => {
    const { reason } = none
    expect(refuseAnalysis(none)).toStrictEqual({
      kind: 'refused',
      reason,
      message: 'Nothing to do.',
      ...more,
    })
  })
})
