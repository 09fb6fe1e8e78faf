// Every reason that a person can meet is in docs/troubleshooting.md, and none that no longer exists.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, readText, tableRows } from './markdown.ts'

/** Words in the same style that are no reasons of ours: kinds of object, class names, and what others say. */
const OTHERS = new Set([
  ...[
    'PipelineRun',
    'TaskRun',
    'StepAction',
    'CustomRun',
    'ClusterTask',
    'VerificationPolicy',
    'ServiceAccount',
  ],
  ...['ConfigMap', 'DeleteOptions', 'RemediationWorkflow', 'SelfSubjectReview'],
  ...['ResolutionError', 'InvalidRequest', 'NetworkError', 'GitFailure', 'InvalidKey', 'ResolutionRequest'],
  ...['KubernetesError', 'RegistryError', 'BundleError', 'InvalidDockerConfig', 'WatchFailed'],
  ...[
    'AlreadyExists',
    'PipelineRunPending',
    'PipelineRunCancelled',
    'CancelledRunFinally',
    'StoppedRunFinally',
  ],
  // A bundle's, before it is prefixed.
  'NotFound',
  ...['Unknown', 'False', 'True'],
])

function sources(): { file: string; text: string }[] {
  return ['functions', 'shared'].flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => join(folder, name))
      .map(file => ({ file, text: readText(file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '') })),
  )
}

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(match => match[1] ?? '')
}

/** The members of `type SomethingReason = 'A' | 'B'`. */
function unionsIn(text: string): string[] {
  return all(text, /type \w*Reason =([\s\S]*?)(?:\n\n|\n(?=\S))/g).flatMap(union =>
    all(union, /'([A-Z]\w+)'/g),
  )
}

/** A bundle's reasons are prefixed where they become a condition. */
function reasonsIn(file: string, text: string): string[] {
  const named = [
    ...unionsIn(text),
    ...all(text, /\breason: (?:[^,\n]*\? )?'([A-Z]\w+)'/g),
    ...all(text, /\b(?:reject|refuse)\(\s*(?:\w+,\s*)?'([A-Z]\w+)'/g),
    ...all(text, /'((?:[A-Z][a-z]+){2,})'/g),
  ]
  const isBundle = file.startsWith('shared/bundle/')
  return isBundle ? unionsIn(text).map(word => `Bundle${word}`) : named.filter(word => !OTHERS.has(word))
}

function failureClasses(): string[] {
  const text = readText('functions/notify/classify.ts')
  return [
    ...all(text, /\[\s*'([A-Z]\w+)',\s*\//g),
    ...all(text, /\breturn '([A-Z]\w+)'/g),
    ...all(text, /\? '(\w+)' : '\w+'/g),
    ...all(text, /\? '\w+' : '(\w+)'/g),
  ]
}

function listed(): string[] {
  const rows = tableRows(readText('docs/troubleshooting.md'))
  return rows.flatMap(([first = '']) => all(first, /^`([A-Z]\w+)`$/g))
}

test('every reason in the code is listed, and every listed one is in the code', () => {
  const found = new Set([
    ...sources().flatMap(({ file, text }) => reasonsIn(file, text)),
    ...failureClasses(),
  ])
  expect(found.size).toBeGreaterThan(40)
  expect([...new Set(listed())].sort()).toEqual([...found].sort())
})

test('no reason is listed twice', () => {
  expect(listed()).toEqual([...new Set(listed())])
})
