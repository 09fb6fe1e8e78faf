// The table at the end of a deployment.

import { expect, test } from 'vitest'
import { drawTable } from '../../cli/table.ts'

test('columns are as wide as their widest cell, and lines end without spaces', () => {
  const rows = [
    ['NAME', 'URL'],
    ['a', 'http://a.example'],
    ['longer', ''],
  ]
  expect(drawTable(rows).split('\n')).toEqual(['NAME    URL', 'a       http://a.example', 'longer'])
})
