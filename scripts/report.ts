// What vitest's JSON report says of a run, as the one line that every suite here ends with.

import { readFileSync } from 'node:fs'

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/** `N passed, N failed`; a file that could not be loaded or prepared has no test that failed, but has failed. */
export function summaryOf(file: string): string {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
  const unprepared = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every(each => each.status !== 'failed'),
  )
  return `${numPassedTests} passed, ${numFailedTests + unprepared.length} failed`
}
