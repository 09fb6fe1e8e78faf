// The git resolver in its two modes, from a request to an answer.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGitResolver } from '../../../../shared/resolution/git/resolver.ts'
import { closeAll, serveProxy } from '../../network/servers.ts'
import { ask, requestOf, TASK } from '../requests.ts'
import { serveForge } from './forge-server.ts'
import { type GitServer, type Repository, removeAll, serveGit } from './git-server.ts'

const PIPELINE = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: build}
spec:
  tasks:
  - name: one
    taskRef:
      resolver: git
      params:
      - {name: pathInRepo, value: ./task.yaml}
`

const environment = { ...process.env, ALLOWED_ADDRESSES: '127.0.0.1' }
const resolver = createGitResolver({ environment })
let git: GitServer
let repository: Repository
let commit: string
let url: string

beforeAll(async () => {
  git = await serveGit({ login: 'git:t0ken' })
  repository = git.repository('team/repo')
  commit = repository.commit({ 'ci/task.yaml': TASK, 'ci/pipeline.yaml': PIPELINE })
  url = `${git.url}/team/repo.git`
})

afterAll(async () => {
  await closeAll()
  removeAll()
})

const secrets = { 'team-a/mine/token': 't0ken\n' }
const params = (more: Record<string, string> = {}) => ({
  url,
  revision: 'main',
  pathInRepo: '/ci/task.yaml',
  gitToken: 'mine',
  ...more,
})

test('a clone answers with the file, and says where it is from', async () => {
  expect(await ask(resolver, params(), { secrets })).toEqual({
    data: TASK,
    annotations: { 'content-type': 'application/x-yaml', revision: commit, path: '/ci/task.yaml', url },
    refSource: { uri: `git+${url}`, digest: { sha1: commit }, entryPoint: '/ci/task.yaml' },
    holds: expect.any(Function),
  })
})

test('a commit is kept for ever, a branch until it moves', async () => {
  expect(await ask(resolver, params({ revision: commit }), { secrets })).toMatchObject({ holds: 'forever' })
  const moving = repository.commit({ 'a.yaml': TASK }, { branch: 'moving', from: commit })
  const asked = params({ revision: 'moving', pathInRepo: 'a.yaml' })
  const { holds, refSource } = await ask(resolver, asked, { secrets })
  expect(refSource.digest).toEqual({ sha1: moving })
  const still = () =>
    typeof holds === 'function' && holds(requestOf(asked, { secrets }), new AbortController().signal)
  expect(await still()).toBe(true)
  repository.commit({ 'b.yaml': TASK }, { branch: 'moving' })
  expect(await still()).toBe(false)
})

test('the token is read in the namespace of the request', async () => {
  await expect(ask(resolver, params(), { secrets, namespace: 'team-b' })).rejects.toThrow(
    'cannot read the key "token"',
  )
})

test('a set of settings may have proxies of its own', async () => {
  const proxy = await serveProxy(git)
  const settings = { 'far.http-proxy': proxy.url, 'far.no-proxy': 'near.example.com' }
  const asked = params({ url: 'http://far.example.com/team/repo.git', configKey: 'far' })
  expect(await ask(resolver, asked, { secrets, settings })).toMatchObject({ data: TASK })
  expect(new Set(proxy.asked)).toEqual(new Set(['far.example.com:80']))
})

describe('rules of the operator', () => {
  const rules = (more = '') => ({
    allow: `- {namespaces: [team-a], urls: ['${git.url}/team/*'], paths: ['ci/*']${more}}`,
  })

  test('let through what they name, however it is spelt', async () => {
    const asked = { secrets, settings: rules() }
    expect(await ask(resolver, params(), asked)).toMatchObject({ data: TASK })
    expect(await ask(resolver, params({ url: `${git.url}/x/../team/repo.git/` }), asked)).toMatchObject({
      data: TASK,
    })
  })

  test('refuse everything else before anybody is asked', async () => {
    git.asked.splice(0)
    const cases = [
      ask(resolver, params(), { secrets, settings: rules(), namespace: 'team-b' }),
      ask(resolver, params({ pathInRepo: 'a.yaml' }), { secrets, settings: rules() }),
      ask(resolver, params({ url: `${git.url}/other/repo.git` }), { secrets, settings: rules() }),
      ask(resolver, params({ url: `${git.url}/team/../other/repo.git` }), { secrets, settings: rules() }),
      ask(resolver, params(), { secrets, settings: rules(', revisions: [release-*]') }),
    ]
    for (const each of cases) await expect(each).rejects.toThrow(/^namespace team-. may not fetch/)
    expect(git.asked).toEqual([])
  })

  test('are read in no time for a URL of slashes', { timeout: 5_000 }, async () => {
    const asked = params({ url: `${url}${'/'.repeat(200_000)}x` })
    await expect(ask(resolver, asked, { secrets, settings: rules() })).rejects.toThrow('may not fetch')
  })

  test('hold for the API of a forge too', async () => {
    const repo = { commits: { main: commit }, files: { [`${commit}:a.yaml`]: TASK } }
    const forge = await serveForge('gitea', repo)
    const asked = { org: 'team', repo: 'repo', revision: 'main', pathInRepo: 'a.yaml', scmType: 'gitea' }
    const own = { ...asked, serverURL: forge.url, token: 'mine' }
    const allow = (pattern: string) => ({ secrets, settings: { allow: `- urls: ['${pattern}']` } })
    expect(await ask(resolver, own, allow(`${forge.url}/team/repo`))).toMatchObject({ data: TASK })
    await expect(ask(resolver, own, allow(`${forge.url}/other/*`))).rejects.toThrow('may not fetch')
  })
})

describe('a Pipeline as code', () => {
  const asked = { secrets, settings: {} }

  test('stays as it is unless it is asked for', async () => {
    expect(await ask(resolver, params({ pathInRepo: 'ci/pipeline.yaml' }), asked)).toMatchObject({
      data: PIPELINE,
    })
  })

  test.each([
    ['by the request', { relativeRefs: 'same-commit' }, {}],
    ['by the ConfigMap', {}, { 'relative-refs': 'same-commit' }],
  ])('has its Tasks from the same commit where it is asked for %s', async (_what, more, settings) => {
    const { data, annotations } = await ask(resolver, params({ pathInRepo: 'ci/pipeline.yaml', ...more }), {
      secrets,
      settings,
    })
    expect(annotations['playbook.kubernaut.io/bound-references']).toBe('1')
    const found = [...data.matchAll(/name: (\w+), value: (\S+) }|name: (\w+)\n\s+value: (\S+)/g)]
    const task = Object.fromEntries(found.map(([, a, b, c, d]) => [a ?? c, b ?? d]))
    expect(task).toMatchObject({ url, revision: commit, pathInRepo: 'ci/task.yaml', gitToken: 'mine' })
    expect(await ask(resolver, task as Record<string, string>, asked)).toMatchObject({
      data: TASK,
      holds: 'forever',
    })
  })
})
