// What became of one analysis in a rehearsal, and how two of them differ: pure.

import type { Shown } from '../../shared/receipt/shown.ts'
import type { PolicyMark } from '../../shared/remediation/marks.ts'

export const VERDICTS = ['allow', 'approve', 'hold', 'deny'] as const

export interface Verdict {
  readonly analysis: string
  /** `allow`: it would run at once; `approve`: after an approval; `hold`: while nothing may start; `deny`: never. */
  readonly verdict: (typeof VERDICTS)[number]
  readonly reason?: string
  readonly message?: string
  readonly playbook?: string
  readonly version?: string
  /** `sha256:…` of the bundle that would run. */
  readonly digest?: string
  readonly target?: string
  /** Long and secret ones as digests. */
  readonly parameters?: Readonly<Record<string, Shown>>
  readonly policy?: PolicyMark
  /** How the run ended where Tekton refused what it was to run. */
  readonly run?: string
}

export interface Change {
  readonly analysis: string
  readonly before: Verdict
  readonly after: Verdict
  /** What is not the same. */
  readonly differs: readonly string[]
}

/** A new version or wording alone changes nothing for anybody; {@link listUpdates} tells the versions. */
const COMPARED = ['verdict', 'reason', 'playbook', 'target', 'parameters', 'run'] as const

/** Those that differ, in the order of the analyses. */
export function compareVerdicts(before: readonly Verdict[], after: readonly Verdict[]): Change[] {
  return before.flatMap((one, index) => {
    const other = after[index]
    if (other === undefined) return []
    const differs = COMPARED.filter(key => JSON.stringify(one[key]) !== JSON.stringify(other[key]))
    return differs.length === 0 ? [] : [{ analysis: one.analysis, before: one, after: other, differs }]
  })
}

/** An analysis of which the same becomes, by another bundle. */
export interface Update {
  readonly analysis: string
  readonly playbook: string
  /** Versions; they may be the same, of other content. */
  readonly from: string
  readonly to: string
}

/** Those that {@link compareVerdicts} does not name and that would run something else. */
export function listUpdates(before: readonly Verdict[], after: readonly Verdict[]): Update[] {
  const changed = new Set(compareVerdicts(before, after).map(({ analysis }) => analysis))
  return before.flatMap(({ analysis, playbook = '', version: from = '', digest }, index) => {
    const other = after[index]
    if (changed.has(analysis) || other === undefined || other.digest === digest) return []
    return [{ analysis, playbook, from, to: other.version ?? '' }]
  })
}
