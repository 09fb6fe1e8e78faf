// The bench's results as a table for a terminal.

import { isWithin, type Limit, type Spread } from './statistics.ts'

export interface Result {
  readonly name: string
  readonly spread: Spread
  /** What has none is printed only. */
  readonly limit?: Limit
  /** `×` for a ratio, ` MB` for memory; written after each number. */
  readonly unit: string
  readonly digits: number
}

const HEAD = ['measure', 'median', 'min', 'max', 'limit', 'verdict'] as const

function limitText(limit: Limit, write: (value: number) => string): string {
  return 'atLeast' in limit ? `≥ ${write(limit.atLeast)}` : `≤ ${write(limit.atMost)}`
}

function rowOf({ name, spread, limit, unit, digits }: Result): string[] {
  const write = (value: number): string => `${value.toFixed(digits)}${unit}`
  const numbers = [spread.median, spread.min, spread.max].map(write)
  if (limit === undefined) return [name, ...numbers, '', '']
  return [name, ...numbers, limitText(limit, write), isWithin(spread, limit) ? 'holds' : 'MISSED']
}

/** What has no limit holds. */
export function holds({ spread, limit }: Result): boolean {
  return limit === undefined || isWithin(spread, limit)
}

/** One line per result under a head; the first column is flush left, the others flush right. */
export function tableOf(results: readonly Result[]): string {
  const rows = [[...HEAD], ...results.map(rowOf)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
  return rows.map(row => row.map(pad).join('  ').trimEnd()).join('\n')
}
