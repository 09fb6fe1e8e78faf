// How a task ends without a pod: as the caller's script says, or as its simplest commands say; pure.

import type { ParamValue, Step, TaskSpec } from './pipeline.ts'
import type { StepState } from './run.ts'

/** How one task is played; what is left out is read from its steps. */
export interface TaskScript {
  /** Milliseconds from start to end. */
  readonly durationMs?: number
  /** Not 0: its last step fails with this code. */
  readonly exitCode?: number
  /** The container's reason, such as `OOMKilled`. */
  readonly reason?: string
  readonly results?: Readonly<Record<string, ParamValue>>
  /** How many attempts fail before one succeeds; every one where left out. */
  readonly failures?: number
}

/** Scripts by task, as `<pipeline>/<task>` or `<task>`; `*` is for all others. */
export type Script = Readonly<Record<string, TaskScript>>

export interface Ending {
  readonly exitCode: number
  readonly reason: string
  /** Which step failed; none where the exit code is 0. */
  readonly step: number | undefined
  readonly results: Readonly<Record<string, ParamValue>>
}

/** The words that every played object carries, so that nobody takes it for a real run. */
export const PLAYED = { key: 'local.kubernaut.io/played', value: 'no pod ran' } as const

/** Out-of-memory kills end with 137, as the kernel's SIGKILL does. */
const EXIT_CODES: Readonly<Record<string, number>> = { OOMKilled: 137 }

export function findScript(script: Script, pipeline: string, task: string): TaskScript {
  return script[`${pipeline}/${task}`] ?? script[task] ?? script['*'] ?? {}
}

/** The shell text of a step: its script, or what follows `-c`, or its whole command line. */
function shellOf({ script, command = [], args = [] }: Step): string {
  if (script !== undefined && script !== '') return script
  const words = [...command, ...args]
  const flag = words.findIndex(word => /^-[a-z]*c$/.test(word))
  return flag >= 0 ? (words[flag + 1] ?? '') : words.join(' ')
}

/** `exit N` or `false` as the last command; what comes before may hang on a condition, and is taken to succeed. */
function exitCodeOf(step: Step): number {
  const last = shellOf(step)
    .split(/[\n;]/)
    .map(line => line.trim())
    .findLast(line => line !== '' && !line.startsWith('#'))
  if (last === 'false') return 1
  const [, exit] = /^exit (\d{1,3})$/.exec(last ?? '') ?? []
  return Number(exit ?? 0) & 0xff
}

const RESULT =
  /^(?:echo(?: -n)?|printf) (["']?)(.*?)\1 *(?:>|\| *tee) *(["']?)(?:\$\(results\.([\w.-]+)\.path\)|\/tekton\/results\/([\w.-]+))\3$/

/** Results written in the plainest way: `echo -n text > $(results.name.path)`. */
function resultsOf(spec: TaskSpec): Record<string, string> {
  const declared = new Set((spec.results ?? []).map(result => result.name))
  const lines = (spec.steps ?? []).flatMap(step => shellOf(step).split(/[\n;]/))
  const found: Record<string, string> = {}
  for (const line of lines) {
    const match = RESULT.exec(line.trim())
    const name = match?.[4] ?? match?.[5]
    if (name !== undefined && declared.has(name)) found[name] = match?.[2] ?? ''
  }
  return found
}

/** How the task ends at this attempt (counted from 0). */
export function endingOf(spec: TaskSpec, script: TaskScript, attempt: number): Ending {
  const steps = spec.steps ?? []
  const results = script.results ?? resultsOf(spec)
  const own = steps.findIndex(step => exitCodeOf(step) !== 0 && step.onError !== 'continue')
  const scripted =
    script.exitCode ?? (script.reason === undefined ? undefined : (EXIT_CODES[script.reason] ?? 1))
  const recovered = script.failures !== undefined && attempt >= script.failures
  const exitCode = recovered ? 0 : (scripted ?? exitCodeOf(steps[own] ?? {}))
  if (exitCode === 0) return { exitCode, reason: 'Completed', step: undefined, results }
  const step = scripted !== undefined || own < 0 ? Math.max(steps.length - 1, 0) : own
  return { exitCode, reason: script.reason ?? 'Error', step, results: {} }
}

/** Steps before the failing one completed; those after it never ran (https://tekton.dev/docs/pipelines/taskruns/#steps). */
export function stepStates(
  spec: TaskSpec,
  ending: Ending,
  times: { readonly startedAt: string; readonly finishedAt: string },
): StepState[] {
  return (spec.steps ?? []).map((step, index) => {
    const failed = ending.step === index
    const skipped = ending.step !== undefined && index > ending.step
    const exitCode = failed ? ending.exitCode : skipped ? 1 : exitCodeOf(step)
    const reason = failed ? ending.reason : skipped ? 'Error' : 'Completed'
    return {
      terminated: { exitCode, reason, message: PLAYED.value, ...times },
      terminationReason: skipped ? 'Skipped' : failed && reason !== 'OOMKilled' ? 'Error' : reason,
      ...stepName(step, index),
    }
  })
}

export function stepName(step: Step, index: number): StepState {
  const name = step.name ?? `unnamed-${index}`
  return { name, container: `step-${name}`, provenance: {} }
}
