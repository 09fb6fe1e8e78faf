// Holds a receipt against what was kept of its remediation, claim by claim; pure, and without a cluster.

import { parseAnalysis } from '../analysis/parse.ts'
import { correlationOf } from '../events/identity.ts'
import { judgeParameters } from '../parameters/judge.ts'
import type { CompiledParameters } from '../parameters/parameters.ts'
import type { PipelineParam } from '../playbook/playbook.ts'
import { ANNOTATION, type PipelineRun, runName } from '../remediation/marks.ts'
import { canonicalDigest, canonicalText, digestSetOf } from './canonical.ts'
import { givenIn } from './given.ts'
import type { Receipt, ShownParameters } from './receipt.ts'
import type { Shown } from './shown.ts'
import { receiptOf } from './statement.ts'

export interface Claim {
  readonly claim: string
  readonly verdict: 'ok' | 'differs' | 'unchecked'
  /** What was found instead, or what is missing to look. */
  readonly detail?: string
}

/** What was kept; what is absent leaves its claims unchecked. */
export interface Evidence {
  /** The analysis event; source and id where it was kept whole. */
  readonly event?: { readonly source?: string; readonly id?: string; readonly data: unknown }
  readonly bundle?: {
    /** `sha256:…` of the manifest. */
    readonly digest: string
    /** Absent where the bundle carries no schema: then the Playbook gave it. */
    readonly schema?: { readonly digest: string; readonly compiled: CompiledParameters }
    readonly params: readonly PipelineParam[]
  }
  readonly run?: PipelineRun
}

function same(claim: string, claimed: unknown, found: unknown): Claim {
  const [one, other] = [canonicalText(claimed), canonicalText(found)]
  if (one === other) return { claim, verdict: 'ok' }
  return { claim, verdict: 'differs', detail: `the receipt says ${one}, but it is ${other}` }
}

function unchecked(claim: string, missing: string): Claim {
  return { claim, verdict: 'unchecked', detail: `needs ${missing}` }
}

/** Whether values are those of a receipt, shown or as digests. */
function sameValues(
  claim: string,
  claimed: ShownParameters,
  found: Readonly<Record<string, unknown>>,
): Claim {
  const { digest, values } = claimed
  if (digest === undefined) return unchecked(claim, 'a run that was made with a receipt in mind')
  const names = values === undefined ? [] : [...new Set([...Object.keys(values), ...Object.keys(found)])]
  const wrong = names.filter(name => !isShown(values?.[name], name, found))
  // Names only: among the values there may be secrets.
  if (wrong.length > 0) return { claim, verdict: 'differs', detail: `other values of ${wrong.join(', ')}` }
  if (digest.sha256 === digestSetOf(canonicalDigest(found)).sha256) return { claim, verdict: 'ok' }
  return { claim, verdict: 'differs', detail: 'other values than its digest is of' }
}

function isShown(shown: Shown | undefined, name: string, found: Readonly<Record<string, unknown>>): boolean {
  if (shown === undefined || !Object.hasOwn(found, name)) return false
  if ('value' in shown) return canonicalText(shown.value) === canonicalText(found[name])
  return shown.digest.sha256 === digestSetOf(canonicalDigest(found[name])).sha256
}

/** What the receipt says of itself must fit together. */
function ownClaims({ subject, predicate }: Receipt): Claim[] {
  const { analysis, playbook, run } = predicate
  const [runSubject, bundleSubject] = subject
  return [
    same('the run is named after the analysis', run.name, runName(correlationOf(analysis))),
    same(
      'the subjects are the run and the bundle',
      [runSubject?.name, bundleSubject?.digest],
      [`pipelineruns/${run.namespace}/${run.name}`, playbook.digest],
    ),
  ]
}

function eventClaims({ predicate: { analysis, parameters } }: Receipt, { event }: Evidence): Claim[] {
  const names = ['analysis event', 'analysis data', 'parameters before'] as const
  if (event === undefined) return names.map(name => unchecked(name, '--event'))
  const { source, id, data } = event
  const isWhole = source !== undefined && id !== undefined
  return [
    isWhole
      ? same(names[0], [analysis.source, analysis.id], [source, id])
      : unchecked(names[0], 'the whole CloudEvent, not only its data'),
    analysis.digest === undefined
      ? unchecked(names[1], 'a run that was made with a receipt in mind')
      : same(names[1], analysis.digest, digestSetOf(canonicalDigest(data))),
    sameValues(names[2], parameters.before, givenIn(data)),
  ]
}

/** The values that the run must have got: the analysis's, judged again by the schema in the bundle. */
function afterClaim({ predicate }: Receipt, { event, bundle }: Evidence): Claim {
  const claim = 'parameters after'
  if (event === undefined || bundle?.schema === undefined)
    return unchecked(claim, '--event, and a --bundle with its schema')
  const { target } = parseAnalysis(event.data)
  const given = givenIn(event.data)
  // Whether undeclared names are dropped or refused is the Playbook's; what is left is the same.
  const proposal = { given, target, declared: bundle.params, undeclared: 'drop' } as const
  const verdict = judgeParameters(bundle.schema.compiled, proposal)
  if (verdict.ok) return sameValues(claim, predicate.parameters.after, verdict.values)
  const detail = verdict.faults.map(({ message }) => message).join(' ')
  return { claim, verdict: 'differs', detail: `the bundle's schema refuses them: ${detail}` }
}

function bundleClaims(receipt: Receipt, evidence: Evidence): Claim[] {
  const { bundle } = evidence
  const { playbook } = receipt.predicate
  if (bundle === undefined)
    return [unchecked('bundle', '--bundle'), unchecked('schema', '--bundle'), afterClaim(receipt, evidence)]
  const schema =
    bundle.schema === undefined
      ? unchecked('schema', 'the Playbook: the bundle carries none')
      : same('schema', playbook.schema, digestSetOf(bundle.schema.digest))
  return [same('bundle', playbook.digest, digestSetOf(bundle.digest)), schema, afterClaim(receipt, evidence)]
}

const PARTS = ['run', 'playbook', 'target', 'parameters', 'policy', 'approval', 'outcome'] as const

/** A receipt follows from its run: the whole is computed again and compared part by part. */
function runClaims(receipt: Receipt, { run }: Evidence): Claim[] {
  if (run === undefined) return [...PARTS, 'annotation'].map(part => unchecked(`run: ${part}`, '--run'))
  const found = receiptOf(run)
  const written = run.metadata.annotations?.[ANNOTATION.receipt]
  return [
    same('run: subject', receipt.subject, found?.subject),
    same('run: analysis', receipt.predicate.analysis, found?.predicate.analysis),
    ...PARTS.map(part => same(`run: ${part}`, receipt.predicate[part], found?.predicate[part])),
    written === undefined
      ? unchecked('run: annotation', 'a run that carries its receipt')
      : same('run: annotation', JSON.stringify(receipt), written),
  ]
}

/** Every claim of a receipt, and whether it holds. */
export function checkClaims(receipt: Receipt, evidence: Evidence): Claim[] {
  return [
    ...ownClaims(receipt),
    ...eventClaims(receipt, evidence),
    ...bundleClaims(receipt, evidence),
    ...runClaims(receipt, evidence),
  ]
}
