// The order of a Pipeline's tasks, from `runAfter` and from the results they use; pure.

import type { PipelineTask } from './pipeline.ts'
import { variablesIn } from './substitute.ts'

interface ResultReference {
  readonly task: string
  readonly result: string
}

/** The results of other tasks that a task uses in its parameters, its `when` and its steps. */
export function resultReferences(task: PipelineTask): ResultReference[] {
  return variablesIn(task).flatMap(expression => {
    const [, name, result] = /^tasks\.([^.]+)\.results\.([^.[]+)/.exec(expression) ?? []
    return name !== undefined && result !== undefined ? [{ task: name, result }] : []
  })
}

/** What each task waits for, sorted, without repetition. */
export type Dependencies = ReadonlyMap<string, readonly string[]>

export function dependenciesOf(tasks: readonly PipelineTask[]): Dependencies {
  return new Map(
    tasks.map(task => {
      const names = [...resultReferences(task).map(reference => reference.task), ...(task.runAfter ?? [])]
      return [task.name, [...new Set(names)].sort()]
    }),
  )
}

/** Tekton's sentence about the first thing wrong with the graph, or undefined (pkg/reconciler/pipeline/dag). */
export function findGraphFault(
  tasks: readonly PipelineTask[],
  dependencies: Dependencies,
): string | undefined {
  const names = new Set<string>()
  for (const { name } of tasks) {
    if (names.has(name))
      return `task ${name} is already present in Graph, can't add it again: duplicate pipeline task`
    names.add(name)
  }
  return findCycle(dependencies) ?? findMissing(names, dependencies)
}

function findMissing(names: ReadonlySet<string>, dependencies: Dependencies): string | undefined {
  for (const [task, needed] of dependencies)
    for (const name of needed)
      if (!names.has(name))
        return (
          `couldn't add link between ${task} and ${name}: ` +
          `task ${task} depends on ${name} but ${name} wasn't present in Pipeline`
        )
  return undefined
}

function findCycle(dependencies: Dependencies): string | undefined {
  const open = new Map([...dependencies].filter(([, needed]) => needed.length > 0))
  for (let shrank = true; shrank; ) {
    shrank = false
    for (const [task, needed] of open) {
      const left = needed.filter(name => open.has(name))
      if (left.length === needed.length && needed.length > 0) continue
      shrank = true
      if (left.length === 0) open.delete(task)
      else open.set(task, left)
    }
  }
  const [first] = [...open.keys()].sort()
  if (first === undefined) return undefined
  const needed = (open.get(first) ?? []).map(name => JSON.stringify(name))
  return `cycle detected; task ${JSON.stringify(first)} depends on ${needed.join(', ')}`
}
