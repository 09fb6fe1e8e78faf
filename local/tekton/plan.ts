// Which tasks of a Pipeline start next, which are skipped and why, from what its TaskRuns report; pure.

import {
  executionVariables,
  type Facts,
  findMissingResult,
  hasEnded,
  hasFailed,
  resultVariables,
  stateOf,
  withVariables,
} from './facts.ts'
import { type Dependencies, dependenciesOf, resultReferences } from './graph.ts'
import type { PipelineTask } from './pipeline.ts'
import { SKIP } from './skip.ts'
import type { Variables } from './substitute.ts'
import { allows } from './when.ts'

/** Tasks to start now, with variables in place; reasons of the skipped, by name; faults of those that cannot run, by name. */
export interface Plan {
  readonly ready: readonly PipelineTask[]
  readonly skipped: ReadonlyMap<string, string>
  readonly invalid: ReadonlyMap<string, string>
  readonly finallyDone: boolean
}

interface Draft {
  readonly facts: Facts
  readonly dependencies: Dependencies
  readonly variables: Variables
  readonly skipped: Map<string, string>
  readonly invalid: Map<string, string>
}

function isDone({ facts, skipped, invalid }: Draft, name: string): boolean {
  return skipped.has(name) || invalid.has(name) || hasEnded(stateOf(facts, name))
}

function isOpen(draft: Draft, name: string): boolean {
  return !isDone(draft, name) && stateOf(draft.facts, name).outcome === 'none'
}

function isStopping({ facts, invalid }: Draft): boolean {
  return (facts.spec.tasks ?? []).some(
    ({ name, onError }) => invalid.has(name) || (onError !== 'continue' && hasFailed(stateOf(facts, name))),
  )
}

function isReachable(draft: Draft, name: string): boolean {
  return (draft.dependencies.get(name) ?? []).every(parent => isDone(draft, parent))
}

/** A result whose task was skipped by its own `when` skips the one who needs it; any other missing result is a fault. */
function lacksResult(draft: Draft, task: PipelineTask): boolean {
  if (findMissingResult(task, draft.facts) === undefined) return false
  return (
    task.onError === 'continue' ||
    resultReferences(task).some(reference => draft.skipped.get(reference.task) === SKIP.when)
  )
}

function reasonToSkip(draft: Draft, task: PipelineTask): string | undefined {
  const { facts, skipped } = draft
  if (isStopping(draft)) return SKIP.stopping
  if (facts.specStatus === 'CancelledRunFinally') return SKIP.cancelled
  if (facts.specStatus === 'StoppedRunFinally') return SKIP.stopped
  const reachable = isReachable(draft, task.name)
  if (reachable && !allows(withVariables(task, draft.variables).when)) return SKIP.when
  const parents = draft.dependencies.get(task.name) ?? []
  if (parents.some(name => (skipped.get(name) ?? SKIP.when) !== SKIP.when)) return SKIP.parents
  if (reachable && lacksResult(draft, task)) return SKIP.results
  if (facts.timedOut.pipeline) return SKIP.pipelineTimeout
  return facts.timedOut.tasks ? SKIP.tasksTimeout : undefined
}

/** Skips until nothing changes, because a skipped parent may skip or free its children. */
function skipTasks(draft: Draft): void {
  for (let changed = true; changed; ) {
    changed = false
    for (const task of draft.facts.spec.tasks ?? []) {
      const reason = isOpen(draft, task.name) ? reasonToSkip(draft, task) : undefined
      if (reason === undefined) continue
      draft.skipped.set(task.name, reason)
      changed = true
    }
  }
}

/** The tasks whose parents are done; one that lacks a result is a fault, and then nothing else starts. */
function readyTasks(draft: Draft): PipelineTask[] {
  const { facts, variables, invalid } = draft
  const ready = (facts.spec.tasks ?? []).filter(({ name }) => isOpen(draft, name) && isReachable(draft, name))
  for (const task of ready) {
    const missing = findMissingResult(task, facts)
    if (missing !== undefined) invalid.set(task.name, missing)
  }
  if (invalid.size === 0) return ready.map(task => withVariables(task, variables))
  skipTasks(draft)
  return []
}

function reasonToSkipFinally(draft: Draft, task: PipelineTask, ready: PipelineTask): string | undefined {
  if (findMissingResult(task, draft.facts) !== undefined) return SKIP.results
  if (!allows(ready.when)) return SKIP.when
  if (draft.facts.timedOut.pipeline) return SKIP.pipelineTimeout
  return draft.facts.timedOut.finally ? SKIP.finallyTimeout : undefined
}

function readyFinally(draft: Draft): PipelineTask[] {
  const variables = new Map([...draft.variables, ...executionVariables(draft.facts, draft.skipped)])
  const ready: PipelineTask[] = []
  for (const task of (draft.facts.spec.finally ?? []).filter(({ name }) => isOpen(draft, name))) {
    const replaced = withVariables(task, variables)
    const reason = reasonToSkipFinally(draft, task, replaced)
    if (reason === undefined) ready.push(replaced)
    else draft.skipped.set(task.name, reason)
  }
  return ready
}

/** Looks at a run once: the same facts always give the same plan. A cancelled run starts nothing. */
export function planTasks(facts: Facts): Plan {
  const { tasks = [], finally: last = [] } = facts.spec
  const draft: Draft = {
    facts,
    dependencies: dependenciesOf(tasks),
    variables: resultVariables(facts),
    skipped: new Map(),
    invalid: new Map(),
  }
  skipTasks(draft)
  const ready = readyTasks(draft)
  const tasksDone = tasks.every(({ name }) => isDone(draft, name))
  const readyLast = tasksDone ? readyFinally(draft) : []
  return {
    ready: facts.specStatus === 'Cancelled' ? [] : [...ready, ...readyLast],
    skipped: draft.skipped,
    invalid: draft.invalid,
    finallyDone: tasksDone && last.every(({ name }) => isDone(draft, name)),
  }
}
