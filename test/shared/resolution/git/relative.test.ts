import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { bindReferences } from '../../../../shared/resolution/git/relative.ts'
import { requestOf } from '../requests.ts'

const COMMIT = 'c'.repeat(40)
const URL = 'https://example.com/team/repo.git'

function bind(
  text: string,
  params: Record<string, string> = { url: URL, revision: 'main', relativeRefs: 'same-commit' },
) {
  return bindReferences(text, {
    params: requestOf(params).params,
    commit: COMMIT,
    path: 'ci/pipelines/build.yaml',
  })
}

const reference = (params: Record<string, string>, kind = 'taskRef') => `
  ${kind}:
    resolver: git
    params:
${Object.entries(params)
  .map(([name, value]) => `    - {name: ${name}, value: ${value}}`)
  .join('\n')}
`

const paramsOf = (text: string, kind = 'taskRef') =>
  Object.fromEntries(
    parse(text)[kind].params.map(({ name, value }: { name: string; value: string }) => [name, value]),
  )

describe('a path', () => {
  test.each([
    ['tasks/a.yaml', 'tasks/a.yaml'],
    ['/tasks/a.yaml', 'tasks/a.yaml'],
    ['./a.yaml', 'ci/pipelines/a.yaml'],
    ['../tasks/a.yaml', 'ci/tasks/a.yaml'],
    ['../../a.yaml', 'a.yaml'],
  ])('%s is %s of the same commit', (path, expected) => {
    const { text, count } = bind(reference({ pathInRepo: path }))
    expect(count).toBe(1)
    expect(paramsOf(text)).toEqual({
      pathInRepo: expected,
      url: URL,
      revision: COMMIT,
      relativeRefs: 'same-commit',
    })
  })

  test('that climbs out of the repository is left to be refused', () => {
    const text = reference({ pathInRepo: '../../../a.yaml' })
    expect(bind(text)).toEqual({ text, count: 0 })
  })
})

test('a reference that names a repository, another resolver or nothing stays as it is, to the byte', () => {
  const text = `# a comment
${reference({ pathInRepo: 'a', url: 'https://example.com/other.git' })}
  pipelineRef: { resolver: bundles, params: [ { name: pathInRepo, value: a } ] }
  ref:   {resolver: git, params: []}
  other: {resolver: git, params: [{name: pathInRepo, value: a}]}
`
  expect(bind(text)).toEqual({ text, count: 0 })
  const broken = 'a: [\n---\nb: {'
  expect(bind(broken)).toEqual({ text: broken, count: 0 })
})

test('many keys are read in no time', { timeout: 15_000 }, () => {
  const text = Array.from({ length: 30_000 }, (_, index) => `key${index}: ${index}`).join('\n')
  expect(bind(text).count).toBe(0)
})

test('a key that is given twice is left to be refused', () => {
  expect(bind('a: 1\na: 2')).toEqual({ text: 'a: 1\na: 2', count: 0 })
  const { text } = bind(`${reference({ pathInRepo: 'a' })}  a: 1\n  a: 2\n`)
  expect(() => parse(text)).toThrow('Map keys must be unique')
})

test('a reference keeps its own revision and takes over the way to the repository', () => {
  const params = {
    org: 'team',
    repo: 'repo',
    token: 'mine',
    serverURL: 'https://forge',
    scmType: 'gitea',
    revision: 'main',
  }
  const { text } = bind(reference({ pathInRepo: 'a', revision: 'v1' }), params)
  expect(paramsOf(text)).toEqual({ ...params, pathInRepo: 'a', revision: 'v1' })
})

test('references are found wherever they may be, and comments stay', () => {
  const text = `# built here
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: build}
spec:
  tasks:
  - name: one # the first
    taskRef: {resolver: git, params: [{name: pathInRepo, value: a}]}
  - name: two
    pipelineRef: {resolver: git, params: [{name: pathInRepo, value: b}]}
  - name: three
    taskSpec: {steps: [{ref: {resolver: git, params: [{name: pathInRepo, value: c}]}}]}
  finally:
  - name: last
    taskRef: {resolver: git, params: [{name: pathInRepo, value: d}]}
`
  const bound = bind(text)
  expect(bound.count).toBe(4)
  expect(bound.text).toContain('# built here')
  expect(bound.text).toContain('# the first')
  expect(bound.text.match(new RegExp(COMMIT, 'g'))).toHaveLength(4)
})
