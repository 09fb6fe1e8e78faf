// Parameters: the cases of Tekton's own test (pkg/resolution/resolver/git), and what git must never be told.

import { describe, expect, test } from 'vitest'
import { wantedOf } from '../../../../shared/resolution/git/wanted.ts'
import { requestOf } from '../requests.ts'

const wanted = (params: Record<string, string | string[]>, settings: Record<string, string> = {}) =>
  wantedOf(requestOf(params).params, { settings, tokenNamespace: 'resolvers' })

const CLONE = { url: 'https://example.com/team/repo.git', revision: 'main', pathInRepo: 'task.yaml' }
const API = { org: 'team', repo: 'repo', revision: 'main', pathInRepo: 'task.yaml' }
const TOKEN = { 'api-token-secret-name': 'operators', 'api-token-secret-key': 'key' }

describe('what is refused', () => {
  test.each<[Record<string, string>, Record<string, string>, string]>([
    [{ org: 'team', repo: 'repo' }, {}, 'missing required git resolver params: revision, pathInRepo'],
    [{ ...CLONE, pathInRepo: '' }, {}, 'missing required git resolver params: pathInRepo'],
    [{ revision: 'main', pathInRepo: 'x' }, {}, "must specify one of 'url' or 'repo'"],
    [{ ...CLONE, repo: 'repo' }, {}, "cannot specify both 'url' and 'repo'"],
    [{ ...API, org: '' }, {}, "'org' is required when 'repo' is specified"],
    [API, { 'scm-type': '' }, 'missing or empty scm-type value in configmap'],
    [
      API,
      { 'scm-type': 'github' },
      "cannot get API token, required when specifying 'repo' param, 'api-token-secret-name' not specified in config",
    ],
    [
      API,
      { 'scm-type': 'github', 'api-token-secret-name': 'a' },
      "cannot get API token, required when specifying 'repo' param, 'api-token-secret-key' not specified in config",
    ],
    [
      { ...API, serverURL: 'https://me:secret@forge' },
      { ...TOKEN, 'scm-type': 'github' },
      'serverURL must be an http or https URL without a login',
    ],
    [
      { ...CLONE, configKey: 'other' },
      { 'ours.default-org': 'x' },
      'no git resolver configuration found for configKey other',
    ],
    [CLONE, { 'a.b.c': 'x' }, 'key a.b.c passed in git resolver configmap is invalid'],
    [{ ...CLONE, relativeRefs: 'yes' }, {}, 'relativeRefs must be same-commit or unchanged, but it is "yes"'],
  ])('%j with the ConfigMap %j', (params, settings, message) => {
    expect(() => wanted(params, settings)).toThrow(message)
  })

  test.each([
    'file:///etc/passwd',
    '/etc/passwd',
    './repo',
    'ext::sh -c id',
    '--upload-pack=id',
    'git://example.com/repo.git',
    'ssh://git@example.com/repo.git',
    'git@example.com:team/repo.git',
    'https://me:secret@example.com/repo.git',
    'https://example.com/team/%2e%2e%2fother/repo.git',
    'https://example.com/repo.git?x=y',
    'https://',
  ])('the URL %s', url => {
    expect(() => wanted({ ...CLONE, url })).toThrow(/^invalid git repository url: /)
    expect(() => wanted({ ...CLONE, url })).not.toThrow(/secret/)
  })

  test.each([
    '-u',
    '--upload-pack=touch /tmp/pwned',
    '+main',
    'main:refs/heads/other',
    'main^{/fix}',
    'HEAD~1',
    'refs/heads/*',
    'a b',
    'a\nb',
    'a\0b',
    'a..b',
    'main@{1}',
    '/main',
    'main/',
    'a//b',
    '.hidden',
    'main.lock',
    'x'.repeat(251),
  ])('the revision %j', revision => {
    expect(() => wanted({ ...CLONE, revision })).toThrow(/^invalid revision/)
  })

  test.each(['../x.yaml', 'a/../../x.yaml', 'a/..', '/../x.yaml'])('the path %s', pathInRepo => {
    expect(() => wanted({ ...CLONE, pathInRepo })).toThrow(
      /^path ".*" attempts to escape the repository directory \(possible path traversal attack\)$/,
    )
  })

  test.each(['/', '.', 'a\0b'])('the path %j', pathInRepo => {
    expect(() => wanted({ ...CLONE, pathInRepo })).toThrow('names no file')
  })

  test('a list where a text belongs', () => {
    expect(() => wanted({ ...CLONE, revision: ['main'] })).toThrow('parameter "revision" must be a string')
  })
})

describe('what is taken', () => {
  test.each([
    'main',
    'feature/x',
    'v1.0.0',
    'release-1.x',
    'refs/pull/7/head',
    'a'.repeat(40),
    '@',
    'ünïcode',
    '#7',
  ])('the revision %s', revision => {
    expect(wanted({ ...CLONE, revision })).toMatchObject({ revision })
  })

  test.each([
    ['/task/a.yaml', 'task/a.yaml'],
    ['./task//a.yaml', 'task/a.yaml'],
    ['a..b/..c', 'a..b/..c'],
  ])('the path %s as %s', (pathInRepo, path) => {
    expect(wanted({ ...CLONE, pathInRepo })).toMatchObject({ given: pathInRepo, path })
  })

  test('the defaults of the ConfigMap', () => {
    const settings = { 'default-url': CLONE.url, 'default-revision': 'stable', 'default.default-org': 'ours' }
    expect(wanted({ pathInRepo: 'x' }, settings)).toMatchObject({
      mode: 'clone',
      url: CLONE.url,
      revision: 'stable',
    })
    const api = wanted(
      { repo: 'repo', pathInRepo: 'x' },
      { ...settings, ...TOKEN, 'scm-type': 'gitlab', 'server-url': 'forge.example.com' },
    )
    expect(api).toMatchObject({
      mode: 'api',
      org: 'ours',
      scmType: 'gitlab',
      token: { namespace: 'resolvers' },
    })
    expect(api.mode === 'api' && api.server?.href).toBe('https://forge.example.com/')
  })

  test('the set of settings that configKey names, and nothing of the others', () => {
    const settings = {
      'default-revision': 'main',
      'ours.default-revision': 'stable',
      'ours.default-url': CLONE.url,
    }
    expect(wanted({ pathInRepo: 'x', configKey: 'ours' }, settings)).toMatchObject({ revision: 'stable' })
    expect(() => wanted({ pathInRepo: 'x' }, settings)).toThrow('must specify one of')
    expect(() =>
      wanted({ pathInRepo: 'x', configKey: 'ours', url: CLONE.url }, { 'ours.default-org': 'x' }),
    ).toThrow('missing required git resolver params: revision')
  })

  test('a token for a clone, by the key `token` unless it says so', () => {
    expect(wanted({ ...CLONE, gitToken: 'mine' })).toMatchObject({ token: { name: 'mine', key: 'token' } })
    expect(wanted({ ...CLONE, gitToken: 'mine', gitTokenKey: 'k' })).toMatchObject({
      token: { name: 'mine', key: 'k' },
    })
  })
})
