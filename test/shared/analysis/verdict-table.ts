// Every analysis, judged twice: against the 20 workflows under their own names, and under the aliases of the map.

import type { Candidate } from '../../../shared/analysis/analysis.ts'
import { chooseCandidate } from '../../../shared/analysis/choose.ts'
import { parseAnalysis } from '../../../shared/analysis/parse.ts'
import { judgeParameters } from '../../../shared/parameters/judge.ts'
import type { AcceptedParameters } from '../../../shared/parameters/parameters.ts'
import { type Selection, selectPlaybook } from '../../../shared/playbook/select.ts'
import type { Target } from '../../../shared/remediation/target.ts'
import {
  type CatalogueEntry,
  filesIn,
  type Mapping,
  readAnalysis,
  readCatalogue,
  readMap,
} from './catalogue.ts'

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

/** By the id first, then by whatever else the analysis calls it. */
function select(candidate: Candidate, catalogue: readonly CatalogueEntry[]): Selection {
  const playbooks = catalogue.map(entry => entry.playbook)
  const first = selectPlaybook(candidate, playbooks)
  const others = candidate.otherNames.map(playbook => selectPlaybook({ ...candidate, playbook }, playbooks))
  return [first, ...others].find(selection => selection.ok || selection.reason !== 'UnknownPlaybook') ?? first
}

function accepted(
  name: string,
  { values, coerced, defaulted, filled, dropped }: AcceptedParameters,
): Verdict {
  const list = (word: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${word} ${[...names].sort().join(', ')}.`]
  return {
    ok: true,
    head: name,
    sentences: [
      `${Object.keys(values).length} values.`,
      ...list(
        'Coerced',
        coerced.map(each => each.name),
      ),
      ...list('Defaulted', defaulted),
      ...list('Filled', filled),
      ...list(
        'Dropped',
        dropped.map(each => each.name),
      ),
    ],
  }
}

function judgeCandidate(
  candidate: Candidate,
  target: Target | undefined,
  catalogue: readonly CatalogueEntry[],
): Verdict {
  const selection = select(candidate, catalogue)
  if (!selection.ok) return { ok: false, head: selection.reason, sentences: [selection.message] }
  const name = selection.playbook.metadata.name
  const entry = catalogue.find(each => each.playbook === selection.playbook)
  if (entry === undefined) throw new Error(`${name} is not of this catalogue`)
  const { compiled, params: declared } = entry
  const verdict = judgeParameters(compiled, {
    given: candidate.parameters,
    target,
    declared,
    undeclared: 'refuse',
  })
  if (verdict.ok) return accepted(name, verdict)
  return {
    ok: false,
    head: `${name}: ParametersInvalid`,
    sentences: verdict.faults.map(fault => fault.message),
  }
}

function judgeAnalysis(data: unknown, catalogue: readonly CatalogueEntry[]): Verdict {
  const analysis = parseAnalysis(data)
  const chosen = analysis.kind === 'none' ? analysis : chooseCandidate(analysis)
  if ('kind' in chosen) return { ok: false, head: chosen.reason, sentences: [chosen.message] }
  return judgeCandidate(chosen, analysis.target, catalogue)
}

export function judgeAll(): Row[] {
  const map = readMap()
  const own = readCatalogue()
  const aliased = readCatalogue(map)
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
