// `playbook rehearse`: what would become of recorded analyses, and what another policy or other playbooks would change.

import { stat } from 'node:fs/promises'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { drawTable } from '../table.ts'
import { type RecordedEvent, readEvents, readPlaybooks, readPolicyText } from './inputs.ts'
import { replay } from './replay.ts'
import { openStage, type Setting } from './stage.ts'
import { unmet } from './test-case.ts'
import { type Change, compareVerdicts, listUpdates, type Update, type Verdict } from './verdict.ts'

export interface RehearseOptions {
  readonly output: Format
  readonly playbooks: string
  readonly policy?: string
  readonly against?: string
  readonly failOn?: readonly Verdict['verdict'][]
}

async function rehearseAll(
  shell: Shell,
  setting: Setting,
  events: readonly RecordedEvent[],
): Promise<Verdict[]> {
  await using stage = await openStage(shell, setting)
  const verdicts: Verdict[] = []
  for (const event of events) verdicts.push(await replay(stage, event))
  return verdicts
}

/** A folder is other playbooks, a file another policy; the rest stays as it is. */
async function otherSetting(setting: Setting, against: string): Promise<Setting> {
  const found = await stat(against).catch(() => undefined)
  if (found === undefined) throw new Trouble(`${against} does not exist.`)
  return found.isDirectory()
    ? { ...setting, playbooks: await readPlaybooks(against) }
    : { ...setting, policy: await readPolicyText(against) }
}

const FIRST_SENTENCE = /^.*?[.:](?=\s|$)/s

/** What a person asks first: why. The whole of it is in the other formats. */
function why({ reason, message = '', policy, run }: Verdict): string {
  const rule = policy === undefined ? '' : `rule ${policy.rule}`
  const said = (FIRST_SENTENCE.exec(message)?.[0] ?? message).slice(0, 100)
  return [run, reason, rule, said].filter(each => each !== undefined && each !== '').join(' · ')
}

function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(each => [
    each.analysis,
    each.verdict,
    [each.playbook, each.version].filter(part => part !== undefined).join(' '),
    why(each),
  ])
  return drawTable([['ANALYSIS', 'VERDICT', 'PLAYBOOK', 'WHY'], ...rows])
}

function changeTable(changes: readonly Change[], count: number): string {
  const rows = changes.map(({ analysis, before, after, differs }) => [
    analysis,
    before.verdict,
    after.verdict,
    differs.join(', '),
    why(after),
  ])
  const summary = `${changes.length} of ${count} analyses would change.`
  if (rows.length === 0) return summary
  return `${drawTable([['ANALYSIS', 'NOW', 'THEN', 'DIFFERS', 'WHY'], ...rows])}\n\n${summary}`
}

/** Playbooks that would run another bundle, whatever that does: a rehearsal plays every step well. */
function updateLines(updates: readonly Update[]): string[] {
  if (updates.length === 0) return []
  const moves = new Set(updates.map(({ playbook, from, to }) => `${playbook} ${from} → ${to}`))
  return [`Of the others, ${updates.length} would run another bundle: ${[...moves].join(', ')}.`]
}

interface Failure {
  readonly analysis: string
  readonly why: string
}

/** The test cases that ended otherwise than they say. */
function failuresOf(events: readonly RecordedEvent[], verdicts: readonly Verdict[]): Failure[] {
  return events.flatMap(({ path, expect = {} }, index) => {
    const verdict = verdicts[index]
    const why = verdict === undefined ? undefined : unmet(expect, verdict)
    return why === undefined ? [] : [{ analysis: path, why }]
  })
}

/** 1 where a test case ends otherwise than it says, --against changes anything, or --fail-on names a verdict that was given. */
export async function rehearse(
  shell: Shell,
  paths: readonly string[],
  options: RehearseOptions,
): Promise<ExitCode> {
  const { policy, against, output, failOn = [] } = options
  const events = await readEvents(paths)
  const setting: Setting = {
    playbooks: await readPlaybooks(options.playbooks),
    policy: policy === undefined ? undefined : await readPolicyText(policy),
  }
  const other = against === undefined ? undefined : await otherSetting(setting, against)
  const verdicts = await rehearseAll(shell, setting, events)
  if (other === undefined) {
    const failed = failuresOf(events, verdicts)
    const lines = failed.map(({ analysis, why: said }) => `${analysis}: ${said}.`)
    await print(shell, output, {
      value: failed.length === 0 ? { verdicts } : { verdicts, failed },
      table: () => [verdictTable(verdicts), ...(lines.length === 0 ? [] : ['', ...lines])].join('\n'),
    })
    const isRefused = verdicts.some(({ verdict }) => failOn.includes(verdict))
    return isRefused || failed.length > 0 ? EXIT.no : EXIT.yes
  }
  const then = await rehearseAll(shell, other, events)
  const changes = compareVerdicts(verdicts, then)
  const updates = listUpdates(verdicts, then)
  await print(shell, output, {
    value: { changes, updates, before: verdicts, after: then },
    table: () => [changeTable(changes, events.length), ...updateLines(updates)].join('\n'),
  })
  const isRefused = then.some(({ verdict }) => failOn.includes(verdict))
  return changes.length > 0 || isRefused ? EXIT.no : EXIT.yes
}
