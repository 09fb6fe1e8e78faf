// The labels under which a Playbook is looked up by whatever an analysis calls it.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aliasLabel, aliasLabels, namesOf, repositoryOf } from '../../../shared/playbook/aliases.ts'
import { registered } from './kit.ts'

const SHA = `sha256:${'a'.repeat(64)}`

test.each([
  ['quay.io/org/name', 'quay.io/org/name'],
  ['quay.io/org/name:v1', 'quay.io/org/name'],
  [`quay.io/org/name@${SHA}`, 'quay.io/org/name'],
  [`quay.io/org/name:v1@${SHA}`, 'quay.io/org/name'],
  ['localhost:5000/name', 'localhost:5000/name'],
  ['localhost:5000/name:v1', 'localhost:5000/name'],
])('the repository of %s is %s', (reference, repository) => {
  expect(repositoryOf(reference)).toBe(repository)
})

test('a Playbook has the names it was given, once each', () => {
  const spec = { bundle: 'quay.io/org/scale:v1', aliases: ['oomkill', 'scale-down', 'oomkill'] }
  expect(namesOf(registered('scale-down', { spec }))).toEqual([
    'scale-down',
    'sre/scale-down',
    'quay.io/org/scale',
    'oomkill',
  ])
})

test('any name makes a legal label key, and another name another one', () => {
  const text = fc.string({ unit: 'binary', maxLength: 600 })
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [prefix, name, ...rest] = aliasLabel(one).split('/')
      expect(rest).toEqual([])
      expect(prefix).toMatch(/^[a-z0-9.-]{1,253}$/)
      expect(name).toMatch(/^[0-9a-f]{40}$/)
      expect(aliasLabel(one) === aliasLabel(other)).toBe(one === other)
    }),
  )
})

test("today's names are set, yesterday's removed, and other labels left alone", () => {
  const playbook = registered('scale-down', { spec: { bundle: 'quay.io/org/scale:v1', aliases: ['kept'] } })
  const labels = { team: 'sre', [aliasLabel('kept')]: 'true', [aliasLabel('gone')]: 'true' }
  const labelled = { ...playbook, metadata: { ...playbook.metadata, labels } }
  expect(aliasLabels(labelled)).toEqual({
    [aliasLabel('gone')]: null,
    [aliasLabel('kept')]: 'true',
    [aliasLabel('scale-down')]: 'true',
    [aliasLabel('sre/scale-down')]: 'true',
    [aliasLabel('quay.io/org/scale')]: 'true',
  })
})
