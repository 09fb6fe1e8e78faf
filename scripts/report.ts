// What vitest's JSON report says of a run, as the one line that every suite here ends with.

import { readFileSync } from 'node:fs'

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

/** `N passed, N failed`; a file that cannot be loaded has no tests to fail, but has failed. */
export function summaryOf(file: string): string {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
  const unloadable = testResults.filter(
    each => each.status === 'failed' && each.assertionResults.length === 0,
  )
  return `${numPassedTests} passed, ${numFailedTests + unloadable.length} failed`
}
