// What lint finds in a Pipeline: what Tekton refuses at every run, and what is dangerous.

import { expect, test } from 'vitest'
import { lintPipeline } from '../../../shared/playbook/lint.ts'
import type { Pipeline, PipelineTask } from '../../../shared/playbook/pipeline.ts'

const PINNED = `registry.example/tool@sha256:${'a'.repeat(64)}`

function found(task: Omit<PipelineTask, 'name'>, list: 'tasks' | 'finally' = 'tasks'): string[] {
  const pipeline: Pipeline = {
    metadata: { name: 'p' },
    spec: { [list]: [{ name: 'first' }, { name: 'run', ...task }] },
  }
  return lintPipeline(pipeline).map(({ severity, rule, path }) => `${severity} ${rule} ${path}`)
}

const wanting = { params: [{ name: 'TARGET' }] }
const missing = 'error task-param-without-value spec.tasks[1].taskSpec.params'

test.each<[string, Omit<PipelineTask, 'name'>, string[]]>([
  ['a declared param without value', { taskSpec: wanting }, [missing]],
  ['a value for another param', { taskSpec: wanting, params: [{ name: 'OTHER' }] }, [missing]],
  ['a default of null', { taskSpec: { params: [{ name: 'TARGET', default: null }] } }, [missing]],
  ['a given value', { taskSpec: wanting, params: [{ name: 'TARGET' }] }, []],
  ['one value of a matrix each', { taskSpec: wanting, matrix: { params: [{ name: 'TARGET' }] } }, []],
  [
    'a value that a matrix includes',
    { taskSpec: wanting, matrix: { include: [{}, { params: [{ name: 'TARGET' }] }] } },
    [],
  ],
  ['a default', { taskSpec: { params: [{ name: 'TARGET', default: '' }] } }, []],
  ['a task elsewhere', {}, []],
])('of a task with %s', (_, task, findings) => {
  expect(found(task)).toEqual(findings)
})

const injection = 'warning param-in-script spec.tasks[1].taskSpec.steps[1].script'

test.each<[string, object, string[]]>([
  ['a param in its script', { script: 'kubectl delete pod $(params.NAME)' }, [injection]],
  ['a param in brackets', { script: `echo $(params["NAME"])` }, [injection]],
  ['a param in single brackets', { script: `echo $(params['NAME'])` }, [injection]],
  ['an environment variable in its script', { script: 'kubectl delete pod "$NAME"' }, []],
  ['the name of its own run in its script', { script: 'echo $(context.taskRun.name)' }, []],
  ['no script', { command: ['true'] }, []],
  [
    'an image by tag',
    { image: 'bitnami/kubectl:1.30' },
    ['warning image-not-pinned spec.tasks[1].taskSpec.steps[1].image'],
  ],
  ['an image by digest', { image: PINNED }, []],
])('of a step with %s', (_, step, findings) => {
  expect(found({ taskSpec: { steps: [{ image: PINNED }, step] } })).toEqual(findings)
})

test('finally is looked at too', () => {
  expect(found({ taskSpec: { ...wanting, steps: [{ image: 'busybox' }] } }, 'finally')).toEqual([
    'error task-param-without-value spec.finally[1].taskSpec.params',
    'warning image-not-pinned spec.finally[1].taskSpec.steps[0].image',
  ])
})

test('what Tekton refuses is said with what to write instead', () => {
  const pipeline = {
    metadata: { name: 'p' },
    spec: { tasks: [{ name: 'execute-playbook', taskSpec: wanting }] },
  }
  expect(lintPipeline(pipeline)).toEqual([
    {
      rule: 'task-param-without-value',
      severity: 'error',
      path: 'spec.tasks[0].taskSpec.params',
      message:
        'Task execute-playbook declares the param TARGET without default and is given no value, so Tekton refuses every run. Remove it from taskSpec.params, or add params: [{name: TARGET, value: $(params.TARGET)}] to the task.',
    },
  ])
})
