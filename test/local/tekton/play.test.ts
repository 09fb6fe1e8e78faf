// How a task ends without a pod: by the caller's script, or by the simplest of its own commands.

import { expect, test } from 'vitest'
import type { Step } from '../../../local/tekton/pipeline.ts'
import { endingOf, findScript, stepStates } from '../../../local/tekton/play.ts'

const TIMES = { startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:01Z' }

test.each<[string, Step, number]>([
  ['a script', { script: '#!/bin/sh\nkubectl scale deploy/web --replicas=2' }, 0],
  ['exit 3', { script: '#!/bin/sh\necho no\nexit 3' }, 3],
  ['exit 0', { script: 'exit 0' }, 0],
  ['false', { command: ['false'] }, 1],
  ['false through a shell', { command: ['/bin/sh', '-c'], args: ['false'] }, 1],
  ['exit through a shell', { command: ['bash', '-ec', 'sleep 1; exit 42'] }, 42],
  ['exit on a condition', { script: 'if grep -q x y; then\n  exit 1\nfi\necho yes' }, 0],
  ['exit in a function', { script: 'fail() { echo "$1"; exit 1; }\necho yes' }, 0],
  ['a word that only looks so', { script: 'echo exit 3' }, 0],
  ['false in the middle', { script: 'false\ntrue' }, 0],
  ['a failure that is to be ignored', { script: 'exit 3', onError: 'continue' }, 0],
])('%s', (_, step, exitCode) => {
  expect(endingOf({ steps: [step] }, {}, 0).exitCode).toBe(exitCode)
})

test('the steps before the failing one completed, those after it never ran', () => {
  const spec = { steps: [{ name: 'one' }, { name: 'two', script: 'exit 9' }, { name: 'three' }] }
  const states = stepStates(spec, endingOf(spec, {}, 0), TIMES)
  expect(states.map(state => [state.name, state.terminated?.exitCode, state.terminationReason])).toEqual([
    ['one', 0, 'Completed'],
    ['two', 9, 'Error'],
    ['three', 1, 'Skipped'],
  ])
  expect(states[0]?.terminated?.message).toBe('no pod ran')
})

test('a script fails the last step, with the code that belongs to the reason', () => {
  const ending = endingOf({ steps: [{ name: 'one' }, { name: 'two' }] }, { reason: 'OOMKilled' }, 0)
  expect(ending).toMatchObject({ exitCode: 137, reason: 'OOMKilled', step: 1 })
})

test('a script may let a later attempt succeed', () => {
  const script = { exitCode: 1, failures: 2 }
  expect([0, 1, 2].map(attempt => endingOf({ steps: [{}] }, script, attempt).exitCode)).toEqual([1, 1, 0])
})

test.each([
  ['echo -n v1.2 > $(results.version.path)', { version: 'v1.2' }],
  ['printf "two words" | tee /tekton/results/version', { version: 'two words' }],
  ["set -e\necho 'x' > $(results.version.path)", { version: 'x' }],
  ['echo x > $(results.undeclared.path)', {}],
  ['kubectl get x > $(results.version.path)', {}],
])('results of %s', (script, results) => {
  const spec = { steps: [{ script }], results: [{ name: 'version' }] }
  expect(endingOf(spec, {}, 0).results).toEqual(results)
})

test('a script gives results, and none when the task fails', () => {
  const results = { version: 'v2', list: ['a', 'b'] }
  expect(endingOf({ steps: [{}] }, { results }, 0).results).toEqual(results)
  expect(endingOf({ steps: [{}] }, { results, exitCode: 1 }, 0).results).toEqual({})
})

test('the closest script counts: this pipeline, then this task, then all', () => {
  const script = { 'scale/run': { exitCode: 1 }, run: { exitCode: 2 }, '*': { exitCode: 3 } }
  const codes = [
    findScript(script, 'scale', 'run'),
    findScript(script, 'x', 'run'),
    findScript(script, 'x', 'y'),
  ]
  expect(codes.map(({ exitCode }) => exitCode)).toEqual([1, 2, 3])
  expect(findScript({}, 'x', 'y')).toEqual({})
})
