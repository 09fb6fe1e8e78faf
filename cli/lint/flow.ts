// How Pipelines are put together: what Tekton refuses (pkg/apis/pipeline/v1/pipeline_validation.go).

import type { Draft, Path } from './finding.ts'
import { errorAt, isThere, lintNames, lintTimeout } from './names.ts'
import { type Flow, isCustom, listAt, nameOf, type Part, partAt } from './parts.ts'
import { textsIn } from './variables.ts'

const RUNS = ['taskRef', 'taskSpec', 'pipelineRef', 'pipelineSpec']

function lintReference({ value, path }: Part): Draft[] {
  const given = RUNS.filter(key => isThere(value[key]))
  if (given.length === 1) return []
  const why =
    given.length === 0
      ? 'The task says nothing of what it runs.'
      : `The task has ${given.join(' and ')}: one must be left.`
  return [errorAt('task-reference', path, [why, 'Give it one of taskRef and taskSpec.'])]
}

/** A declared param without default must be given one by one: it is not taken from the Pipeline by itself. */
function lintValues(task: Part): Draft[] {
  const taskSpec = partAt(task, 'taskSpec')
  if (taskSpec === undefined || isCustom(taskSpec)) return []
  const matrix = partAt(task, 'matrix')
  const included =
    matrix === undefined ? [] : listAt(matrix, 'include').flatMap(each => listAt(each, 'params'))
  const given = [
    ...listAt(task, 'params'),
    ...(matrix === undefined ? [] : listAt(matrix, 'params')),
    ...included,
  ]
  const names = new Set(given.map(nameOf))
  return listAt(taskSpec, 'params')
    .filter(param => !isThere(param.value.default) && param.value.default !== '' && !names.has(nameOf(param)))
    .map(param => {
      const name = nameOf(param)
      return errorAt('task-param-without-value', param.path, [
        `The task ${nameOf(task)} declares the param ${name} without default and is given no value: Tekton refuses every run.`,
        `Remove it from taskSpec.params (the Pipeline's reaches the steps by itself), or give it: params: [{name: ${name}, value: $(params.${name})}].`,
      ])
    })
}

function lintWorkspaces(task: Part, declared: ReadonlySet<unknown>): Draft[] {
  return listAt(task, 'workspaces').flatMap(({ value, path }) => {
    const name = isThere(value.workspace) ? value.workspace : value.name
    if (declared.has(name)) return []
    const why = `The task uses the workspace ${name}, which the Pipeline does not declare.`
    return [errorAt('workspace-unknown', path, [why, `Declare it: workspaces: [{name: ${name}}].`])]
  })
}

const RESULT = /\$\(tasks\.([^.)]+)\.results[.[]/g

/** Whom a task waits for, and where it says so. */
function waitsFor(task: Part): { readonly name: string; readonly path: Path }[] {
  const { runAfter } = task.value
  const after = Array.isArray(runAfter) ? runAfter : []
  const used = ['params', 'matrix', 'when'].flatMap(key => textsIn(task.value[key], [...task.path, key]))
  return [
    ...after.map((name, index) => ({ name: String(name), path: [...task.path, 'runAfter', index] })),
    ...used.flatMap(({ path, text }) => [...text.matchAll(RESULT)].map(([, name = '']) => ({ name, path }))),
  ]
}

/** Tasks that wait for each other in a circle, by taking away who waits for nobody. */
function circleIn(waits: ReadonlyMap<string, readonly string[]>): Set<string> {
  const left = new Set(waits.keys())
  for (let shrank = true; shrank; ) {
    shrank = false
    for (const name of left)
      if (!(waits.get(name) ?? []).some(other => left.has(other))) shrank = left.delete(name) || shrank
  }
  return left
}

function lintOrder({ tasks, last }: Flow): Draft[] {
  const names = new Set(tasks.map(nameOf))
  const unknown = [...tasks, ...last].flatMap(task =>
    waitsFor(task)
      .filter(({ name }) => !names.has(name) && !name.includes('$('))
      .map(({ name, path }) =>
        errorAt('task-unknown', path, [
          `There is no task called ${name} to wait for.`,
          `Name one of ${[...names].join(', ')}.`,
        ]),
      ),
  )
  const waits = new Map(tasks.map(task => [nameOf(task) ?? '', waitsFor(task).map(({ name }) => name)]))
  const circle = circleIn(waits)
  const first = tasks.find(task => circle.has(nameOf(task) ?? ''))
  if (first === undefined) return unknown
  const why = `These tasks wait for each other: ${[...circle].join(', ')}.`
  return [
    ...unknown,
    errorAt('order-circular', first.path, [why, 'Take out a runAfter, or the use of a result.']),
  ]
}

export function lintFlow(flow: Flow): Draft[] {
  const all = [...flow.tasks, ...flow.last]
  const declared = new Set(listAt(flow.spec, 'workspaces').map(nameOf))
  return [
    ...lintNames(all, 'task'),
    ...lintOrder(flow),
    ...all.flatMap(task => [
      ...lintReference(task),
      ...lintValues(task),
      ...lintWorkspaces(task, declared),
      ...lintTimeout(task),
    ]),
  ]
}
