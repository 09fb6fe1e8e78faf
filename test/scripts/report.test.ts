// The last line of a run tells the truth about files, too.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { summaryOf } from '../../scripts/report.ts'

const folder = mkdtempSync(join(tmpdir(), 'report-'))

afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(status: string, ...tests: string[]) {
  return { status, assertionResults: tests.map(each => ({ status: each })) }
}

test.each([
  ['all passed', [2, 0], [fileOf('passed', 'passed', 'passed')], '2 passed, 0 failed'],
  ['a test failed', [1, 1], [fileOf('failed', 'passed', 'failed')], '1 passed, 1 failed'],
  ['a file could not be loaded', [0, 0], [fileOf('failed')], '0 passed, 1 failed'],
  ['what prepares a file failed', [0, 0], [fileOf('failed', 'skipped', 'skipped')], '0 passed, 1 failed'],
])('%s', (_, [numPassedTests, numFailedTests], testResults, summary) => {
  const file = join(folder, 'report.json')
  writeFileSync(file, JSON.stringify({ numPassedTests, numFailedTests, testResults }))
  expect(summaryOf(file)).toBe(summary)
})
