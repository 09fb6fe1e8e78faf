// The decision to run: which release, with which values, on which target, and whether a person must approve.

import { describe, expect, test } from 'vitest'
import { type Given, run, target } from './kit.ts'

test('a good analysis becomes a run of one release, with its values as Tekton takes them', () => {
  const { playbook, release, values, notes, approval } = run({ analysis: { target } })
  expect([playbook.metadata.name, release.version]).toEqual(['scale-down', '1.0.0'])
  expect(values).toMatchObject({ REPLICAS: '3', MODE: 'safe', TARGET_NAMESPACE: 'shop' })
  expect(approval).toEqual({ required: false })
  expect(notes).toEqual([
    'REPLICAS: the string was read as integer',
    'MODE: its default was taken',
    'TARGET_RESOURCE: taken from the target',
    'TARGET_RESOURCE_NAME: taken from the target',
    'TARGET_RESOURCE_KIND: taken from the target',
    'TARGET_NAMESPACE: taken from the target',
  ])
})

test('what the playbook drops is said', () => {
  const parameters = { REPLICAS: 3, MODE: 'safe', NOISE: 'x' }
  const { values, notes } = run({ candidate: { parameters }, spec: { undeclared: 'drop' } })
  expect(values).toEqual({ REPLICAS: '3', MODE: 'safe' })
  expect(notes).toEqual([expect.stringMatching(/^NOISE: dropped, .+/)])
})

describe('an approval is required', () => {
  test.each<[string, Given, string]>([
    [
      'by the analysis, with its reason',
      { analysis: { approvalRequired: true, approvalReason: 'Low confidence.' } },
      'Low confidence.',
    ],
    [
      'by the analysis, without one',
      { analysis: { approvalRequired: true } },
      'The analysis asks for an approval.',
    ],
    [
      'by the candidate that it chose',
      { candidate: { approvalRequired: true } },
      'The analysis asks for an approval.',
    ],
    ['by the Playbook', { spec: { approval: 'manual' } }, 'sre/scale-down is run only after an approval.'],
    [
      'where a policy should say, and none is there',
      { spec: { approval: 'policy' } },
      'No rule of a policy lets sre/scale-down run without an approval.',
    ],
    [
      'by both, with both reasons',
      { analysis: { approvalRequired: true, approvalReason: 'Why.' }, spec: { approval: 'manual' } },
      'Why. sre/scale-down is run only after an approval.',
    ],
  ])('%s', (_, given, reason) => {
    expect(run(given).approval).toEqual({ required: true, reason })
  })

  test('not where the Playbook says auto', () => {
    expect(run({ spec: { approval: 'auto' } }).approval).toEqual({ required: false })
  })
})

describe('the target is', () => {
  const named = { TARGET_RESOURCE_KIND: 'StatefulSet', TARGET_RESOURCE_NAME: 'db', TARGET_NAMESPACE: 'data' }
  const playbookItself = { kind: 'Playbook', name: 'scale-down', namespace: 'sre' }
  test.each<[string, Given, object]>([
    ['that of the analysis', { analysis: { target } }, target],
    [
      'else the one that its parameters name',
      { candidate: { parameters: { REPLICAS: 3, ...named } } },
      { kind: 'StatefulSet', name: 'db', namespace: 'data' },
    ],
    [
      'or name in one',
      { candidate: { parameters: { REPLICAS: 3, TARGET_RESOURCE: 'data/StatefulSet/db' } } },
      { kind: 'StatefulSet', name: 'db', namespace: 'data' },
    ],
    [
      'without a namespace where none is given',
      { candidate: { parameters: { REPLICAS: 3, TARGET_RESOURCE: 'Node/worker-1' } } },
      { kind: 'Node', name: 'worker-1' },
    ],
    ['else the playbook itself, which then runs once at a time', {}, playbookItself],
    [
      'the playbook itself, too, where only a namespace is known',
      { candidate: { parameters: { REPLICAS: 3, TARGET_NAMESPACE: 'data' } } },
      playbookItself,
    ],
  ])('%s', (_, given, expected) => {
    expect(run(given).target).toEqual(expected)
  })
})
