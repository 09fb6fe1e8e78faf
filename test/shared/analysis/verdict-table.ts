// Every analysis, judged twice: against the 20 workflows under their own names, and under the aliases of the map.

import { chooseCandidate } from '../../../shared/analysis/choose.ts'
import { parseAnalysis } from '../../../shared/analysis/parse.ts'
import { type Decision, decide, refuseAnalysis } from '../../../shared/decision/decide.ts'
import { guard } from '../../../shared/decision/guard.ts'
import { compileParameters } from '../../../shared/parameters/compile.ts'
import type { Playbook, Release } from '../../../shared/playbook/playbook.ts'
import { selectPlaybook } from '../../../shared/playbook/select.ts'
import { policyOf } from '../../../shared/policy/parse.ts'
import { DEFAULTS } from '../../../shared/policy/policy.ts'
import { filesIn, type Mapping, readAnalysis, readCatalogue, readMap } from './catalogue.ts'

interface Verdict {
  readonly ok: boolean
  /** What is to be run, or the reason why nothing is. */
  readonly head: string
  readonly sentences: readonly string[]
}

export interface Row {
  readonly file: string
  readonly mapping: Mapping | undefined
  readonly sent: Verdict
  readonly mapped: Verdict
}

function verdictOf(decision: Decision): Verdict {
  if (decision.kind === 'run') {
    const count = `${Object.keys(decision.values).length} values.`
    const notes = decision.notes.map(note => `${note}.`)
    const { verdict, reason } = decision.policy
    const ruling = `${verdict === 'approve' ? 'An approval is asked for' : 'It runs'}: ${reason}`
    return { ok: true, head: decision.playbook.metadata.name, sentences: [ruling, count, ...notes] }
  }
  const { reason, message, faults = [] } = decision
  const sentences = faults.length === 0 ? [message] : faults.map(fault => fault.message)
  return { ok: false, head: reason, sentences }
}

/** As on a cluster without a policy, where the target is there. */
const WITHOUT_POLICY = {
  inForce: { policy: policyOf('default', DEFAULTS, []) },
  look: { kind: 'found', object: { metadata: { name: 'target', namespace: 'somewhere' } } },
  times: {},
  systemNamespace: 'kubernaut-system',
  now: 0,
} as const

/** The decision that `validate` and `execute` make, over a catalogue. */
function judgeAnalysis(data: unknown, playbooks: readonly Playbook[]): Verdict {
  const analysis = parseAnalysis(data)
  if (analysis.kind === 'none') return verdictOf(refuseAnalysis(analysis))
  const candidate = chooseCandidate(analysis)
  if ('kind' in candidate) return verdictOf(refuseAnalysis(candidate))
  const selection = selectPlaybook(candidate, playbooks)
  const parameters = (release: Release) => compileParameters(release.schema)
  const choice = decide({ analysis, candidate, selection, parameters })
  if (choice.kind === 'refused') return verdictOf(choice)
  return verdictOf(guard(choice, { ...WITHOUT_POLICY, analysis, candidate }))
}

export function judgeAll(): Row[] {
  const map = readMap()
  const own = readCatalogue().map(entry => entry.playbook)
  const aliased = readCatalogue(map).map(entry => entry.playbook)
  return filesIn('analyses').map(file => {
    const document = readAnalysis(file)
    return {
      file,
      mapping: map[file],
      sent: judgeAnalysis(document, own),
      mapped: judgeAnalysis(document, aliased),
    }
  })
}

function cell({ ok, head, sentences }: Verdict): string {
  const text = `${ok ? 'accepted' : 'refused'}, **${head}**: ${sentences.join(' ')}`
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function countLine(rows: readonly Row[]): string {
  const count = (list: readonly Row[]): number => list.filter(row => row.mapped.ok).length
  const same = rows.filter(row => row.mapping?.fit === 'same')
  const standIn = rows.filter(row => row.mapping?.fit === 'stand-in')
  const none = rows.filter(row => row.mapping?.workflow === null)
  return [
    `- **as sent**: ${rows.filter(row => row.sent.ok).length} of ${rows.length} validate.`,
    `- **as mapped**: ${count(rows)} of ${rows.length} validate: ${count(same)} of ${same.length} whose own workflow is among the 20, ${count(standIn)} of ${standIn.length} judged by a stand-in, ${count(none)} of ${none.length} that chose nothing.`,
  ].join('\n')
}

/** The table that is checked in as docs/verdicts.md. */
export function renderTable(rows: readonly Row[]): string {
  const lines = rows.map(
    row => `| ${row.file} | ${cell(row.sent)} | ${row.mapping?.fit ?? 'none'} | ${cell(row.mapped)} |`,
  )
  return `# Verdicts over the real analyses

Each file of \`test/data/analyses\` is judged twice. **As sent**: the catalogue is the 20 workflows of \`test/data/workflows\`, imported, under their own names, ids and digests. **As mapped**: each Playbook also has the aliases that \`test/data/map/analyses.json\` gives it, so that the parameters are judged. The map says per file why; a *stand-in* judges where the workflow that was chosen is not among the 20.

${countLine(rows)}

A required kind or name that is only prose in a parameter's description ("Must be Deployment") is no rule, so nothing is refused for it; \`enum\` would make it one. What the bundle of a tekton workflow declares is in its registry; here its schema is taken for that.

\`test/shared/analysis/verdicts.test.ts\` makes this table and compares it; \`vitest run test/shared/analysis -u\` writes it anew.

| analysis | as sent | fit | as mapped |
| --- | --- | --- | --- |
${lines.join('\n')}
`
}
