// What Tekton would refuse at every run of a Pipeline, and what is dangerous in it, before anybody runs it.

import type { Pipeline, PipelineTask, Step } from './pipeline.ts'
import type { Finding } from './playbook.ts'

/** The params that a task gets a value for, one each or one of several (https://tekton.dev/docs/pipelines/matrix/). */
function givenTo({ params = [], matrix }: PipelineTask): ReadonlySet<string> {
  const included = (matrix?.include ?? []).flatMap(each => each.params ?? [])
  return new Set([...params, ...(matrix?.params ?? []), ...included].map(param => param.name))
}

function lintParams(task: PipelineTask, path: string): Finding[] {
  const given = givenTo(task)
  const missing = (task.taskSpec?.params ?? []).filter(
    param => (param.default ?? undefined) === undefined && !given.has(param.name),
  )
  return missing.map(({ name }) => ({
    rule: 'task-param-without-value',
    severity: 'error',
    path: `${path}.taskSpec.params`,
    message: `Task ${task.name} declares the param ${name} without default and is given no value, so Tekton refuses every run. Remove it from taskSpec.params, or add params: [{name: ${name}, value: $(params.${name})}] to the task.`,
  }))
}

/** Both ways to write it (https://tekton.dev/docs/pipelines/variables/): `$(params.NAME)` and `$(params["NAME"])`. */
const PARAM = /\$\(params[.[]/

function lintStep({ image, script }: Step, path: string): Finding[] {
  const findings: Finding[] = []
  if (script !== undefined && PARAM.test(script))
    findings.push({
      rule: 'param-in-script',
      severity: 'warning',
      path: `${path}.script`,
      message: 'A param is pasted into a script before the shell reads it. Pass it through env and quote it.',
    })
  if (image !== undefined && !image.includes('@sha256:'))
    findings.push({
      rule: 'image-not-pinned',
      severity: 'warning',
      path: `${path}.image`,
      message: `The image ${image} may change under this version. Pin it by digest.`,
    })
  return findings
}

function lintTasks(tasks: readonly PipelineTask[], list: string): Finding[] {
  return tasks.flatMap((task, index) => {
    const path = `spec.${list}[${index}]`
    const steps = task.taskSpec?.steps ?? []
    return [
      ...lintParams(task, path),
      ...steps.flatMap((step, at) => lintStep(step, `${path}.taskSpec.steps[${at}]`)),
    ]
  })
}

/** An error refuses the Pipeline, a warning is for its author. */
export function lintPipeline({ spec }: Pipeline): Finding[] {
  return [...lintTasks(spec.tasks ?? [], 'tasks'), ...lintTasks(spec.finally ?? [], 'finally')]
}
