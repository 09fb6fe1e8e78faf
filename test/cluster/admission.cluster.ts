// The admission policies, asked by everyone they are about: who, does what, and what the API server answers.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settledPlaybook } from '../journeys/looks.ts'
import { answerTo, bindPeople, type Person, userName } from './admission/people.ts'
import { RUNS, type RunState, runRows } from './admission/runs.ts'
import { setting } from './cluster.ts'
import { kubectl } from './kubectl.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage, SYSTEM } from './stage.ts'

const { namespace, remove } = takeNamespace('admission')

beforeAll(() => bindPeople(namespace))
afterAll(remove)

function withNames(answer: string): string {
  return answer.replaceAll('NAMESPACE', namespace).replaceAll('SYSTEM', SYSTEM)
}

function uniqueName(): string {
  return `admission-${randomBytes(4).toString('hex')}`
}

/** Not under the name that its labels ask for, so that no function takes it for one of its own. */
function createRun(state: RunState): string {
  const name = uniqueName()
  const prefix = 'playbook.kubernaut.io/'
  const ours = { [`${prefix}correlation`]: 'beef', [`${prefix}target`]: 'beef' }
  const labels = {
    ...(state.foreign ? {} : ours),
    ...(state.waiting === undefined ? {} : { [`${prefix}waiting`]: state.waiting }),
  }
  const annotations =
    state.approvedBy === undefined ? {} : { [`${prefix}approved-by`]: userName(state.approvedBy) }
  const pending = state.pending ? { status: 'PipelineRunPending' } : {}
  const run = {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name, namespace, labels, annotations },
    // Nobody resolves it: what does not wait goes on for a minute.
    spec: { ...pending, pipelineRef: { resolver: 'nobody' } },
  }
  kubectl(['create', '-f', '-'], JSON.stringify(run))
  return name
}

describe('a PipelineRun', () => {
  test.each(runRows)('that $run: $who $does', ({ who, run, patch, answer }) => {
    const name = createRun(RUNS[run])
    const args = ['-n', namespace, 'patch', 'pipelinerun', name, '--type=merge', '-p']
    const text = JSON.stringify(patch).replaceAll('SYSTEM', SYSTEM)
    expect(answerTo(who, [...args, text])).toBe(withNames(answer))
  })
})

const LABELLED = { 'playbook.kubernaut.io/correlation': 'beef' }
const NOT_EXECUTE =
  'a remediation that carries its Pipeline itself is made only by execute, from a registered Playbook'

/** A pending run that carries a Pipeline of its maker's. */
function inlineRun(name: string, labels: object): string {
  const steps = [{ name: 'x', image: 'registry.example.com/any:1' }]
  return JSON.stringify({
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name, namespace, labels },
    spec: { status: 'PipelineRunPending', pipelineSpec: { tasks: [{ name: 'x', taskSpec: { steps } }] } },
  })
}

describe('a PipelineRun that carries its Pipeline', () => {
  test.each<[Person, string, object, string]>([
    ['publisher', 'a remediation', LABELLED, NOT_EXECUTE],
    ['execute', 'a remediation', LABELLED, 'allowed'],
    ['publisher', 'another', {}, 'allowed'],
  ])('%s creates %s', (who, _, labels, answer) => {
    expect(answerTo(who, ['create', '-f', '-'], inlineRun(uniqueName(), labels))).toBe(answer)
  })

  test.each<[Person, string, object, object, RegExp]>([
    ['publisher', 'makes a remediation of it', {}, { metadata: { labels: LABELLED } }, /only by execute/],
    [
      'execute',
      'gives it another one',
      LABELLED,
      { spec: { pipelineSpec: { tasks: [{ name: 'y', taskRef: { name: 'other' } }] } } },
      /only status updates are allowed/,
    ],
  ])('%s %s', (who, _, labels, patch, answer) => {
    const name = uniqueName()
    kubectl(['create', '-f', '-'], inlineRun(name, labels))
    const args = ['-n', namespace, 'patch', 'pipelinerun', name, '--type=merge', '-p', JSON.stringify(patch)]
    expect(answerTo(who, args)).toMatch(answer)
  })
})

function playbook(name: string): string {
  return JSON.stringify({
    apiVersion: 'playbook.kubernaut.io/v1alpha1',
    kind: 'Playbook',
    metadata: { name, namespace },
    spec: { bundle: `${setting('REGISTRY')}/admission/none:v1` },
  })
}

const NO_RUNS =
  'a Playbook makes PipelineRuns, so only those who may create pipelineruns in NAMESPACE may write one'
const OTHER_BUNDLE = { spec: { bundle: 'registry.example.com/other:v1' } }
const LABEL = { metadata: { labels: { team: 'a' } } }

describe('a Playbook', () => {
  const image = 'registry.example.com/a:1'
  const version = '1.0.0'
  test.each<[string, object, RegExp]>([
    ['nothing to run', {}, /set one of spec\.bundle and spec\.image/],
    ['a bundle and an image', { bundle: image, image, version }, /set one of spec\.bundle and spec\.image/],
    ['an image without a version', { image }, /set spec\.version/],
    ['an image and a Pipeline', { image, version, pipeline: 'p' }, /leave spec\.pipeline out/],
    ['an image and pull secrets', { image, version, imagePullSecrets: [{ name: 's' }] }, /service account/],
    ['an image', { image, version }, /^allowed$/],
  ])('with %s', (_, spec, answer) => {
    const object = { ...JSON.parse(playbook(uniqueName())), spec }
    expect(answerTo('publisher', ['create', '-f', '-'], JSON.stringify(object))).toMatch(answer)
  })

  test.each<[Person, string, string]>([
    ['publisher', 'creates', 'allowed'],
    ['author', 'creates', NO_RUNS],
  ])('%s %s it', (who, _, answer) => {
    const created = answerTo(who, ['create', '-f', '-'], playbook(uniqueName()))
    expect(created).toBe(withNames(answer))
  })

  test.each<[Person, string, object, string]>([
    ['publisher', 'another bundle', OTHER_BUNDLE, 'allowed'],
    ['author', 'another bundle', OTHER_BUNDLE, NO_RUNS],
    ['register', 'another bundle', OTHER_BUNDLE, NO_RUNS],
    ['author', 'a label', LABEL, 'allowed'],
    ['register', 'a label', LABEL, 'allowed'],
  ])('%s gives it %s', (who, _, patch, answer) => {
    const name = uniqueName()
    kubectl(['create', '-f', '-'], playbook(name))
    const args = ['-n', namespace, 'patch', 'playbook', name, '--type=merge', '-p', JSON.stringify(patch)]
    expect(answerTo(who, args)).toBe(withNames(answer))
  })

  test('register itself writes its status', async () => {
    const name = uniqueName()
    kubectl(['create', '-f', '-'], playbook(name))
    const { status } = await settledPlaybook({ stage: openStage(), namespace }, name)
    expect(status?.conditions).toMatchObject([{ status: 'False', reason: 'BundleNotFound' }])
  })
})
