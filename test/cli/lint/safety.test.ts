// What lint calls dangerous, how grave, and where exactly; and what it must leave alone.

import { describe, expect, test } from 'vitest'
import { lintText, PINNED, pipeline, task } from './kit.ts'

const PARAMS = 'params: [{ name: NAME }, { name: LIST, type: array }, { name: IMAGE }, { name: a.b }]'
const step = (rest: string): string => task(`- image: ${PINNED}\n  ${rest.replaceAll('\n', '\n  ')}`, PARAMS)

describe('a Task', () => {
  test.each<[string, string, string[]]>([
    [
      'a param in a script',
      'script: |\n  #!/bin/sh\n  echo a\n  echo "$(params.NAME)"',
      ['warning param-in-script 10:15'],
    ],
    ['in brackets', `script: echo $(params["a.b"])`, ['warning param-in-script 7:20']],
    ['in single brackets', `script: echo $(params['a.b'])`, ['warning param-in-script 7:20']],
    ['by its old name', 'script: echo $(inputs.params.NAME)', ['warning param-in-script 7:20']],
    [
      'after another dollar, which Tekton does not care for',
      'script: echo $$(params.NAME)',
      ['warning param-in-script 7:21'],
    ],
    [
      'twice in a script, once said',
      'script: echo $(params.NAME) $(params.NAME)',
      ['warning param-in-script 7:20'],
    ],
    ['a script that is the param', 'script: |\n  $(params.NAME)', ['note param-as-program 8:9']],
    ['a shell function of that name', 'script: echo $(params)', []],
    ['a param as environment', 'env: [{ name: NAME, value: $(params.NAME) }]\nscript: echo "$NAME"', []],
    [
      'a workspace, a result, a context',
      'script: cat $(workspaces.w.path)/$(context.taskRun.name) > $(step.results.r.path)',
      [],
    ],
    ['a command in a shell', 'script: echo $(date) $$(date) $((1 + 1))', []],
    [
      'a program of a shell',
      'command: [sh, -c]\nargs: ["echo $(params.NAME)"]',
      ['warning param-in-shell-args 8:20'],
    ],
    [
      'a shell with options',
      'command: [/bin/bash, -euo, pipefail, -c, "echo $(params.NAME)"]',
      ['warning param-in-shell-args 7:54'],
    ],
    ['an argument after the program', `command: [sh, -c, 'echo "$1"', --, $(params.NAME)]`, []],
    ['a list after the program', `command: [sh, -c, 'echo "$@"', --]\nargs: ["$(params.LIST[*])"]`, []],
    ['a script file of a shell', 'command: [sh, /scripts/run.sh, $(params.NAME)]', []],
    ['python', 'command: [python3, -c, "print(\'$(params.NAME)\')"]', ['warning param-in-shell-args 7:38']],
    [
      'a shell behind env',
      'command: [/usr/bin/env, bash, -c, "x $(params.NAME)"]',
      ['warning param-in-shell-args 7:44'],
    ],
    ['no shell at all', 'command: [kubectl, -c, $(params.NAME)]', []],
    ['privileged', 'securityContext: { privileged: true }', ['warning step-privileged 7:38']],
    [
      'a grave capability',
      'securityContext: { capabilities: { add: [NET_RAW, SYS_ADMIN] } }',
      ['warning step-privileged 7:40'],
    ],
    ['a small capability', 'securityContext: { capabilities: { add: [NET_BIND_SERVICE] } }', []],
    ['root', 'securityContext: { runAsUser: 0 }', ['note step-as-root 7:37']],
    ['maybe root', 'securityContext: { runAsNonRoot: false }', ['note step-as-root 7:40']],
    ['another user', 'securityContext: { runAsUser: 65532, runAsNonRoot: true, privileged: false }', []],
  ])('with %s', (_, rest, findings) => {
    expect(lintText(step(rest))).toEqual(findings)
  })

  test.each<[string, string, string[]]>([
    ['by digest', PINNED, []],
    ['by tag and digest', PINNED.replace('@', ':1.2@'), []],
    ['by tag', 'registry.example.com:5000/tool:1.2', ['note image-not-pinned 6:14']],
    ['by latest', 'tool:latest', ['warning image-not-pinned 6:14']],
    ['by nothing', 'registry.example.com:5000/tool', ['warning image-not-pinned 6:14']],
    ['by param', '$(params.IMAGE)', ['note param-in-image 6:14']],
  ])('with an image %s', (_, image, findings) => {
    expect(lintText(task(`- image: ${image}`, PARAMS))).toEqual(findings)
  })

  test('with an enum on the param, which Tekton holds it to', () => {
    const text = task(
      `- image: ${PINNED}\n  script: echo $(params.LEVEL)`,
      'params: [{ name: LEVEL, enum: [a, b] }]',
    )
    expect(lintText(text)).toEqual([])
  })

  test('in v1beta1, with sidecars and a template', () => {
    const more = `params: [{ name: NAME }]\nstepTemplate: { image: tool }\nsidecars: [{ image: ${PINNED}, script: echo $(params.NAME) }]`
    expect(lintText(task('- script: "true"\n  resources: { limits: { cpu: 1 } }', more, 'v1beta1'))).toEqual([
      'warning image-not-pinned 9:26',
      'warning param-in-script 10:135',
    ])
  })

  test('whose step comes from elsewhere', () => {
    const ref = '- ref: { resolver: git, params: [{ name: revision, value: $(params.NAME) }] }'
    expect(lintText(task(ref, PARAMS))).toEqual(['note param-in-resolver 6:63'])
    expect(
      lintText(task('- ref: { name: action }\n  params: [{ name: x, value: $(params.NAME) }]', PARAMS)),
    ).toEqual([])
  })
})

test('a StepAction is a step', () => {
  const text = `apiVersion: tekton.dev/v1beta1\nkind: StepAction\nmetadata: { name: s }\nspec:\n  params: [{ name: NAME }]\n  image: tool\n  script: echo $(params.NAME)\n`
  expect(lintText(text)).toEqual(['warning image-not-pinned 6:10', 'warning param-in-script 7:16'])
})

describe('a Pipeline is started by what a model says, so it is worse there', () => {
  const own = (rest: string): string =>
    pipeline(
      `- name: run\n  taskSpec:\n    steps:\n      - image: ${PINNED}\n        ${rest}`,
      'params: [{ name: NAME }]',
    )
  test.each<[string, string, string[]]>([
    ['a param in a script', own('script: echo $(params.NAME)'), ['warning param-in-script 10:26']],
    ['a param as a program', own('script: $(params.NAME)'), ['warning param-as-program 10:21']],
    ['root', own('securityContext: { runAsUser: 0 }'), ['warning step-as-root 10:43']],
    ['an image by tag', own('').replace(PINNED, 'tool:1'), ['warning image-not-pinned 9:20']],
    ['an image by param', own('').replace(PINNED, '$(params.NAME)'), ['warning param-in-image 9:20']],
    [
      'a param that chooses the task',
      pipeline(
        '- name: run\n  taskRef: { resolver: bundles, params: [{ name: bundle, value: $(params.NAME) }] }',
        'params: [{ name: NAME }]',
      ),
      ['warning param-in-resolver 7:69'],
    ],
    [
      'a param that is given on',
      pipeline(
        '- name: run\n  taskRef: { name: t }\n  params: [{ name: x, value: $(params.NAME) }]',
        'params: [{ name: NAME }]',
      ),
      [],
    ],
  ])('%s', (_, text, findings) => {
    expect(lintText(text)).toEqual(findings)
  })
})
