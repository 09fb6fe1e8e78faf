// How columns are read and ages are shown.

import { expect, test } from 'vitest'
import { compile } from '../../../local/kubernetes/jsonpath.ts'
import { humanDuration } from '../../../local/kubernetes/table.ts'

const object = {
  metadata: { annotations: { 'a.io/b': 'x' }, ownerReferences: [{ kind: 'Run' }, { kind: 'Other' }] },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Live', status: 'False' },
    ],
    count: 0,
  },
}

test.each([
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  [".status.conditions[?(@.type!='Ready')].status", ['False']],
  ['.status.conditions[*].type', ['Ready', 'Live']],
  ['.metadata.ownerReferences[0].kind', ['Run']],
  ['.metadata.ownerReferences[-1].kind', ['Other']],
  ['.metadata.ownerReferences[7].kind', []],
  ['.metadata.annotations.a\\.io/b', ['x']],
  [".metadata.annotations['a.io/b']", ['x']],
  ['.status.count', [0]],
  ['.status.nothing.at.all', []],
])('%s', (path, found) => {
  expect(compile(path)(object)).toEqual(found)
})

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test.each([
  [0, '0s'],
  [119 * SECOND, '119s'],
  [2 * MINUTE, '2m'],
  [9 * MINUTE + 59 * SECOND, '9m59s'],
  [10 * MINUTE + 59 * SECOND, '10m'],
  [3 * HOUR, '3h'],
  [7 * HOUR + 59 * MINUTE, '7h59m'],
  [47 * HOUR, '47h'],
  [3 * DAY + 4 * HOUR, '3d4h'],
  [9 * DAY, '9d'],
  [800 * DAY, '2y70d'],
  [-5 * SECOND, '<invalid>'],
])('%i ms is %s', (age, shown) => {
  expect(humanDuration(age)).toBe(shown)
})
