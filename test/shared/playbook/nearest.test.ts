// The names that a refusal suggests.

import { expect, test } from 'vitest'
import { nearestNames } from '../../../shared/playbook/nearest.ts'
import { digest, registered } from './kit.ts'

const names = ['crashloop-rollback-v1', 'crashloop-config-fix', 'scale-down', 'scale-up', 'cordon-drain']
const playbooks = names.map(name => registered(name))

test.each<[string, string[], string[]]>([
  ['a slip of the pen', ['scale-dwon'], ['scale-down', 'scale-up']],
  ['other letters', ['Cordon_Drain'], ['cordon-drain']],
  [
    'a bundle reference, by its last path segment',
    [`quay.io/org/crashloop-rollback-job@${digest('d')}`],
    ['crashloop-rollback-v1', 'crashloop-config-fix'],
  ],
  ['a bundle reference with a tag', ['localhost:5000/a/b/cordon-drain-job:v1.5.3'], ['cordon-drain']],
  ['a namespace before the name', ['elsewhere/cordon-drian'], ['cordon-drain']],
  ['a UUID', ['bff5b971-849c-500a-a3b5-9d603474ef57'], []],
  [
    'another name than the first',
    ['bff5b971-849c-500a-a3b5-9d603474ef57', 'scale-upp'],
    ['scale-up', 'scale-down'],
  ],
  ['nothing', [], []],
])('%s', (_, asked, expected) => {
  expect(nearestNames(asked, playbooks)).toEqual(expected)
})

test('are at most three, each once, the nearest first, then by name', () => {
  const many = ['drain-4', 'drain-2', 'drain-3', 'drain-1', 'drain', 'drain'].map(name => registered(name))
  expect(nearestNames(['drain'], many)).toEqual(['drain', 'drain-1', 'drain-2'])
})
