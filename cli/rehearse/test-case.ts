// A test case of a playbook: an analysis, and what must become of it.

import { parse } from 'yaml'
import { isObject } from '../../shared/analysis/document.ts'
import { Trouble } from '../shell.ts'
import { VERDICTS, type Verdict } from './verdict.ts'

/** What a verdict must be; what is left out may be anything. */
export interface Expectation {
  readonly verdict?: Verdict['verdict']
  readonly reason?: string
}

export interface TestCase {
  /** JSON. */
  readonly analysis: string
  readonly expect: Expectation
}

function isVerdict(value: unknown): value is Verdict['verdict'] {
  return VERDICTS.some(known => known === value)
}

/** Throws Trouble for a file that is none. */
export function readTestCase(path: string, text: string): TestCase {
  const document: unknown = parse(text)
  if (!isObject(document) || !isObject(document.analysis))
    throw new Trouble(`${path} must hold an analysis, and under expect what must become of it.`)
  const { verdict, reason } = isObject(document.expect) ? document.expect : {}
  if (verdict !== undefined && !isVerdict(verdict))
    throw new Trouble(`${path}: expect.verdict is one of ${VERDICTS.join(', ')}, not ${verdict}.`)
  return {
    analysis: JSON.stringify(document.analysis),
    expect: {
      ...(verdict === undefined ? {} : { verdict }),
      ...(typeof reason === 'string' ? { reason } : {}),
    },
  }
}

/** What is not as it was expected, in words; undefined where all is. */
export function unmet({ verdict, reason }: Expectation, found: Verdict): string | undefined {
  if (verdict !== undefined && verdict !== found.verdict) return `expected ${verdict}, got ${found.verdict}`
  if (reason !== undefined && reason !== found.reason)
    return `expected the reason ${reason}, got ${found.reason ?? 'none'}`
  return undefined
}
