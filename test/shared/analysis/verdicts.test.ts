// Every real analysis has a verdict, and the checked-in table is what the code says today.

import { expect, test } from 'vitest'
import { filesIn, readMap } from './catalogue.ts'
import { judgeAll, renderTable } from './verdict-table.ts'

const rows = judgeAll()

test('the table of verdicts is current', async () => {
  await expect(renderTable(rows)).toMatchFileSnapshot('../../../docs/verdicts.md')
})

test('the map names every analysis and only workflows that exist', () => {
  const map = readMap()
  expect(Object.keys(map).sort()).toEqual(filesIn('analyses'))
  const workflows = new Set(filesIn('workflows'))
  for (const { workflow } of Object.values(map))
    expect(workflow === null || workflows.has(workflow)).toBe(true)
})

test('under the aliases of the map every chosen playbook is found', () => {
  for (const { file, mapping, mapped } of rows) {
    const found = mapped.ok || mapped.head === 'InvalidParameters'
    expect({ file, found }).toEqual({ file, found: mapping?.workflow !== null })
  }
})

test('every refusal says what is wrong in whole sentences', () => {
  const sentences = rows.flatMap(row => [row.sent, row.mapped]).flatMap(verdict => verdict.sentences)
  for (const sentence of sentences) expect(sentence).toMatch(/^(["A-Z0-9]|sha256:).*[.!?]$/s)
})
