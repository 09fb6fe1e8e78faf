// What Tekton refuses, found before it is asked.

import { describe, expect, test } from 'vitest'
import { lintText, PINNED, pipeline, task } from './kit.ts'

const STEP = `- image: ${PINNED}`

describe('a Task', () => {
  test.each<[string, string, string[]]>([
    ['that is right', task(STEP), []],
    ['with a field of no version', task(`${STEP}\n  imag: x`), ['error unknown-field 7:7']],
    ['with a field in other letters', task(`${STEP}\n  workingdir: /`), ['warning field-case 7:7']],
    ['with a field of the other version', task(`${STEP}\n  resources: {}`), ['error unknown-field 7:7']],
    ['with that field in its own version', task(`${STEP}\n  resources: {}`, '', 'v1beta1'), []],
    ['with a field beside spec', `${task(STEP)}steps: []\n`, ['error unknown-field 8:1']],
    ['with a number for text', task(`${STEP}\n  env: [{ name: A, value: 1 }]`), ['error wrong-type 7:31']],
    ['with text for a list', task(`${STEP}\n  args: x`), ['error wrong-type 7:13']],
    [
      'with yes for text, which is true in YAML 1.1',
      task(`${STEP}\n  script: yes`),
      ['error wrong-type 7:15'],
    ],
    ['with nothing where text may be', task(`${STEP}\n  script:`), []],
    ['without steps', task('[]'), ['error steps-missing 5:3']],
    ['without an image', task('- script: "true"'), ['error step-without-image 6:7']],
    ['with the image in the template', task('- script: "true"', `stepTemplate: { image: ${PINNED} }`), []],
    [
      'with script and command',
      task(`${STEP}\n  command: [a]\n  script: b`),
      ['error step-contradiction 8:15'],
    ],
    ['with ref and image', task(`${STEP}\n  ref: { name: s }`), ['error step-contradiction 6:14']],
    ['with a name twice', task(`${STEP}\n  name: a\n${STEP}\n  name: a`), ['error name-twice 9:13']],
    ['with a name that is none', task(`${STEP}\n  name: A_b`), ['error name-invalid 7:13']],
    ['with a timeout that is none', task(`${STEP}\n  timeout: 5 minutes`), ['error duration-invalid 7:16']],
    [
      'with a param that nobody declares',
      task(`${STEP}\n  workingDir: $(params.X)`),
      ['error variable-unknown 7:19'],
    ],
    [
      'with a name with dots',
      task(`${STEP}\n  workingDir: $(params.a.b.c)`, 'params: [{ name: a.b.c }]'),
      ['error variable-unknown 7:19'],
    ],
    [
      'with a name with a dot',
      task(`${STEP}\n  workingDir: $(params.a.b)`, 'params: [{ name: a.b }]'),
      ['error variable-unknown 7:19'],
    ],
    [
      'with a key that is not declared',
      task(`${STEP}\n  workingDir: $(params.o.x)`, 'params: [{ name: o, properties: { k: {} } }]'),
      ['error variable-unknown 7:19'],
    ],
    [
      'with a key that is',
      task(`${STEP}\n  workingDir: $(params.o.k)`, 'params: [{ name: o, properties: { k: {} } }]'),
      [],
    ],
    [
      'with a list in a text',
      task(`${STEP}\n  workingDir: $(params.l[*])`, 'params: [{ name: l, type: array }]'),
      ['error param-misused 7:19'],
    ],
    [
      'with a list in a word',
      task(`${STEP}\n  args: ["--x=$(params.l[*])"]`, 'params: [{ name: l, default: [] }]'),
      ['error param-misused 7:19'],
    ],
    [
      'with a list as a word',
      task(`${STEP}\n  args: ["$(params.l)", "$(params.l[*])"]`, 'params: [{ name: l, type: array }]'),
      [],
    ],
    [
      'with an item of a list',
      task(`${STEP}\n  workingDir: $(params.l[0])`, 'params: [{ name: l, type: array }]'),
      [],
    ],
    ['with a param twice', task(STEP, 'params: [{ name: a }, { name: a }]'), ['error name-twice 7:33']],
    [
      'with a param of another type',
      task(STEP, 'params: [{ name: a, type: integer }]'),
      ['error param-type 7:29'],
    ],
    [
      'with a default of another type',
      task(STEP, 'params: [{ name: a, type: array, default: x }]'),
      ['error param-default-type 7:45'],
    ],
    [
      'with a number as default, which Tekton takes as text',
      task(STEP, 'params: [{ name: a, type: string, default: 3 }]'),
      [],
    ],
    ['that is v1alpha1', task(STEP, '', 'v1alpha1'), ['error version-not-served 1:13']],
  ])('%s', (_, text, findings) => {
    expect(lintText(text)).toEqual(findings)
  })
})

describe('a Pipeline', () => {
  const run = `- name: run\n  taskSpec: { steps: [{ image: ${PINNED} }] }`
  test.each<[string, string, string[]]>([
    ['that is right', pipeline(run), []],
    ['with a task that runs nothing', pipeline('- name: run'), ['error task-reference 6:7']],
    [
      'with a task that runs two things',
      pipeline(`${run}\n  taskRef: { name: t }`),
      ['error task-reference 6:7'],
    ],
    ['with an unknown field in a task', pipeline(`${run}\n  conditons: []`), ['error unknown-field 8:7']],
    [
      'with an unknown field in a step',
      pipeline(run.replace('image:', 'scrip: x, image:')),
      ['error unknown-field 7:29'],
    ],
    [
      'with a custom task',
      pipeline('- name: run\n  taskSpec: { apiVersion: a/v1, kind: B, spec: { x: 1 } }'),
      [],
    ],
    [
      'with a param without value',
      pipeline(run.replace('{ steps', '{ params: [{ name: X }], steps')),
      ['error task-param-without-value 7:28'],
    ],
    [
      'with a value for it',
      pipeline(
        `${run.replace('{ steps', '{ params: [{ name: X }], steps')}\n  params: [{ name: X, value: a }]`,
      ),
      [],
    ],
    [
      'with a value for it by matrix',
      pipeline(
        `${run.replace('{ steps', '{ params: [{ name: X }], steps')}\n  matrix: { params: [{ name: X, value: [a] }] }`,
      ),
      [],
    ],
    [
      'with an empty default for it',
      pipeline(run.replace('{ steps', '{ params: [{ name: X, default: "" }], steps')),
      [],
    ],
    [
      'with a param in the steps that is the Pipeline’s',
      pipeline(run.replace('image:', 'workingDir: $(params.X), image:'), 'params: [{ name: X }]'),
      [],
    ],
    [
      'with one in the steps that is nobody’s',
      pipeline(run.replace('image:', 'workingDir: $(params.X), image:')),
      ['error variable-unknown 7:41'],
    ],
    [
      'with one given on that is nobody’s',
      pipeline(`${run}\n  params: [{ name: X, value: $(params.Y) }]`),
      ['error variable-unknown 8:34'],
    ],
    [
      'with one in when that is nobody’s',
      pipeline(`${run}\n  when: [{ input: $(params.Y), operator: in, values: [a] }]`),
      ['error variable-unknown 8:23'],
    ],
    ['after a task that is not there', pipeline(`${run}\n  runAfter: [other]`), ['error task-unknown 8:18']],
    [
      'with a result of a task that is not there',
      pipeline(`${run}\n  params: [{ name: X, value: $(tasks.other.results.r) }]`),
      ['error task-unknown 8:34'],
    ],
    ['with a task after itself', pipeline(`${run}\n  runAfter: [run]`), ['error order-circular 6:7']],
    [
      'with a circle',
      pipeline(`${run}\n  runAfter: [b]\n${run.replace('name: run', 'name: b')}\n  runAfter: [run]`),
      ['error order-circular 6:7'],
    ],
    [
      'with a workspace that it does not declare',
      pipeline(`${run}\n  workspaces: [{ name: w }]`),
      ['error workspace-unknown 8:20'],
    ],
    [
      'with one that it does',
      pipeline(`${run}\n  workspaces: [{ name: w, workspace: x }]`, 'workspaces: [{ name: x }]'),
      [],
    ],
    ['with a task’s name twice', pipeline(`${run}\n${run}`), ['error name-twice 8:13']],
  ])('%s', (_, text, findings) => {
    expect(lintText(text)).toEqual(findings)
  })

  test('in finally, and in a Pipeline within', () => {
    expect(lintText(pipeline(run, 'finally:\n- name: Last'))).toEqual([
      'error task-reference 9:5',
      'error name-invalid 9:11',
    ])
    expect(lintText(pipeline('- name: in\n  pipelineSpec: { tasks: [{ name: x }] }'))).toEqual([
      'error task-reference 7:31',
    ])
  })
})

describe('a file', () => {
  test.each<[string, string, string[]]>([
    ['that is broken', 'apiVersion: tekton.dev/v1\nkind: Task\nspec: [', ['error yaml-invalid 3:8']],
    ['with a key twice', `${task(STEP)}kind: Task\n`, ['error yaml-invalid 8:1']],
    ['that is broken, and nothing of Tekton’s', 'kind: Secret\nspec: [', []],
    [
      'with several documents',
      `${task(STEP)}---\n---\n${task(`${STEP}\n  imag: x`)}`,
      ['error unknown-field 16:7'],
    ],
    ['of other kinds', 'apiVersion: v1\nkind: Secret\nspec: { steps: [] }\n---\n[1]\n---\ntext\n', []],
    ['of runs', 'apiVersion: tekton.dev/v1\nkind: TaskRun\nspec: { x: 1 }\n', []],
    ['of nothing', '', []],
    [
      'with a bomb',
      `apiVersion: tekton.dev/v1\na: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n`,
      ['error yaml-invalid 1:1'],
    ],
    [
      'with what is defined elsewhere in it',
      task('- &a { name: a, image: tool }\n- <<: *a\n  name: b'),
      ['warning image-not-pinned 6:28'],
    ],
    [
      'with nonsense in every place',
      'apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {}\nspec: { params: 1, tasks: [1, { name: 2, params: x, taskSpec: [], matrix: 3 }], finally: {} }\n',
      [
        'error wrong-type 4:17',
        'error wrong-type 4:28',
        'error task-reference 4:31',
        'error wrong-type 4:39',
        'error wrong-type 4:50',
        'error wrong-type 4:63',
        'error wrong-type 4:75',
        'error wrong-type 4:90',
      ],
    ],
  ])('%s', (_, text, findings) => {
    expect(lintText(text)).toEqual(findings)
  })
})
