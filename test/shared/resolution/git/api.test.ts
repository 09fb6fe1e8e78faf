// Files by the APIs of forges, which need no git.

import { afterAll, describe, expect, test } from 'vitest'
import { createGitResolver } from '../../../../shared/resolution/git/resolver.ts'
import { closeAll, serve } from '../../network/servers.ts'
import { ask, requestOf, TASK } from '../requests.ts'
import { type ForgeRepository, type ForgeServer, serveForge } from './forge-server.ts'

afterAll(closeAll)

const FIRST = '1'.repeat(40)
const SECOND = '2'.repeat(40)
const REPOSITORY: ForgeRepository = {
  commits: { main: SECOND, 'feature/x': FIRST, [FIRST]: FIRST },
  files: {
    [`${SECOND}:tasks/b c.yaml`]: TASK,
    [`${FIRST}:tasks/b c.yaml`]: `${TASK}# first`,
    [`${SECOND}:large.yaml`]: 'x'.repeat(1024 * 1024 + 1),
    [`${SECOND}:empty.yaml`]: '',
    [`${SECOND}:binary.yaml`]: Buffer.from([0xff]),
  },
}
const resolver = createGitResolver({ environment: { PATH: '/without/git', ALLOWED_ADDRESSES: '127.0.0.1' } })
const secrets = {
  'team-a/own/token': 't0ken\n',
  'team-a/own/other': 'wr0ng',
  'team-a/own/lines': 't0ken\nand more',
  'tekton-pipelines-resolvers/operators/key': 't0ken',
  'elsewhere/operators/key': 't0ken',
}

/** The ConfigMap of an operator who runs this forge. */
const operators = (type: string, { url }: { url: string }) => ({
  'scm-type': type,
  'server-url': url,
  'api-token-secret-name': 'operators',
  'api-token-secret-key': 'key',
})

const PARAMS = { org: 'team', repo: 'repo', revision: 'main', pathInRepo: 'tasks/b c.yaml' }

function from(type: string, forge: ForgeServer, params: Record<string, string> = {}) {
  return ask(resolver, { ...PARAMS, ...params }, { settings: operators(type, forge), secrets })
}

describe.each(['github', 'gitlab', 'gitea'] as const)('%s', type => {
  test('gives the file at the commit that the revision means, and says where it is cloned from', async () => {
    const forge = await serveForge(type, REPOSITORY)
    const url = `https://${type}.example.com/team/repo.git`
    expect(await from(type, forge)).toEqual({
      data: TASK,
      annotations: {
        'content-type': 'application/x-yaml',
        revision: SECOND,
        path: 'tasks/b c.yaml',
        url,
        org: 'team',
        repo: 'repo',
      },
      refSource: { uri: `git+${url}`, digest: { sha1: SECOND }, entryPoint: 'tasks/b c.yaml' },
      holds: expect.any(Function),
    })
    expect(forge.asked.every(({ token }) => token === 't0ken')).toBe(true)
  })

  test('gives it at a branch with a slash, and at a commit for ever', async () => {
    const forge = await serveForge(type, REPOSITORY)
    expect(await from(type, forge, { revision: 'feature/x' })).toMatchObject({ data: `${TASK}# first` })
    expect(await from(type, forge, { revision: FIRST })).toMatchObject({
      data: `${TASK}# first`,
      holds: 'forever',
    })
  })

  test('does not take a branch that is called like a commit for the commit', async () => {
    const forge = await serveForge(type, { ...REPOSITORY, commits: { [SECOND]: FIRST } })
    await expect(from(type, forge, { revision: SECOND })).rejects.toThrow(
      `couldn't fetch the commit sha for the ref ${SECOND} in the repo: it is no commit, but stands for another one`,
    )
  })

  test('names a commit of SHA-256 by that', async () => {
    const long = 'a'.repeat(64)
    const forge = await serveForge(type, { commits: { main: long }, files: { [`${long}:a.yaml`]: TASK } })
    expect((await from(type, forge, { pathInRepo: 'a.yaml' })).refSource.digest).toEqual({ sha256: long })
  })

  test('is asked once whether an answer still holds', async () => {
    const commits: Record<string, string> = { ...REPOSITORY.commits }
    const forge = await serveForge(type, { ...REPOSITORY, commits })
    const { holds } = await from(type, forge)
    forge.asked.splice(0)
    const request = requestOf(PARAMS, { secrets })
    const still = () =>
      typeof holds === 'function' ? holds(request, new AbortController().signal) : undefined
    expect(await still()).toBe(true)
    expect(forge.asked).toHaveLength(1)
    commits.main = FIRST
    expect(await still()).toBe(false)
  })

  test.each([
    [{ pathInRepo: 'nowhere.yaml' }, "couldn't fetch resource content: 127.0.0.1"],
    [{ pathInRepo: 'empty.yaml' }, 'no content for resource in team/repo empty.yaml'],
    [{ pathInRepo: 'large.yaml' }, 'error reading file "large.yaml": it has more than 1048576 bytes'],
    [{ pathInRepo: 'binary.yaml' }, 'error reading file "binary.yaml": it is not UTF-8'],
    [{ revision: 'nowhere' }, "couldn't fetch the commit sha for the ref nowhere in the repo: 127.0.0.1"],
    [{ repo: 'other' }, "couldn't fetch the commit sha for the ref main in the repo: 127.0.0.1"],
    [{ repo: '..' }, '".." is no name of an organisation, a repository or a revision'],
    [{ token: 'own', tokenKey: 'other' }, 'answered 401: the token is not valid there'],
    [
      { token: 'own', tokenKey: 'lines' },
      'the key "lines" of the secret "own" is no token: it must be one line of ASCII letters, digits and signs',
    ],
    [{ token: 'nobodys' }, 'cannot read the key "token" of the secret "nobodys"'],
  ])('refuses %j', async (params: Record<string, string>, message) => {
    await expect(from(type, await serveForge(type, REPOSITORY), params)).rejects.toMatchObject({
      message: expect.stringContaining(message),
      mayPass: false,
    })
  })

  test('may be busy', async () => {
    const forge = await serveForge(type, REPOSITORY)
    forge.answer(429, { 'retry-after': '3' })
    await expect(from(type, forge)).rejects.toMatchObject({ mayPass: true, retryAfter: 3000 })
    forge.answer(403, { 'x-ratelimit-remaining': '0' })
    await expect(from(type, forge)).rejects.toMatchObject({ mayPass: true })
  })

  test('cannot send more than a file', async () => {
    const { url } = await serve((_, response) => response.end('x'.repeat(3_000_000)))
    await expect(from(type, { url } as ForgeServer)).rejects.toThrow('sent more than the 2097152 bytes')
  })
})

describe('the token', () => {
  test("is the request's own where it names one, from its own namespace", async () => {
    const forge = await serveForge('gitea', REPOSITORY)
    const settings = { 'scm-type': 'gitea' }
    const params = { ...PARAMS, serverURL: forge.url, token: 'own' }
    expect(await ask(resolver, params, { settings, secrets })).toMatchObject({ data: TASK })
    await expect(ask(resolver, params, { settings, secrets, namespace: 'team-b' })).rejects.toThrow(
      'cannot read the key',
    )
  })

  test.each<[Record<string, string>, string]>([
    [{ serverURL: 'http://127.0.0.2:1234' }, 'another server'],
    [{ scmType: 'github' }, "another kind of forge, and so perhaps another's server"],
  ])('of the operator is not sent where the request says %j: %s', async params => {
    const forge = await serveForge('gitlab', REPOSITORY)
    await expect(from('gitlab', forge, params)).rejects.toThrow(
      `'token' is required when 'serverURL' or 'scmType' differ from the git resolver's configuration`,
    )
    expect(forge.asked).toEqual([])
  })

  test('of the operator is sent where the request names the same server', async () => {
    const forge = await serveForge('gitlab', REPOSITORY)
    expect(await from('gitlab', forge, { serverURL: `${forge.url}/`, scmType: 'gitlab' })).toMatchObject({
      data: TASK,
    })
  })

  test('is in the namespace that the ConfigMap says', async () => {
    const forge = await serveForge('gitlab', REPOSITORY)
    const settings = { ...operators('gitlab', forge), 'api-token-secret-namespace': 'nowhere' }
    await expect(ask(resolver, PARAMS, { settings, secrets })).rejects.toThrow('cannot read the key "key"')
    const there = { ...settings, 'api-token-secret-namespace': 'elsewhere' }
    expect(await ask(resolver, PARAMS, { settings: there, secrets })).toMatchObject({ data: TASK })
  })

  test('does not follow a redirect to another host', async () => {
    const other = await serveForge('gitlab', REPOSITORY)
    const forge = await serve((request, response) =>
      response.writeHead(302, { location: `${other.url}${request.url}` }).end(),
    )
    await expect(from('gitlab', forge as ForgeServer)).rejects.toThrow('answered 401')
    expect(other.asked.map(({ token }) => token)).toEqual([undefined])
  })

  test('is one of several that a configKey names', async () => {
    const forge = await serveForge('gitea', REPOSITORY)
    const named = Object.fromEntries(
      Object.entries(operators('gitea', forge)).map(([key, value]) => [`ours.${key}`, value]),
    )
    const settings = { ...named, 'ours.default-org': 'team', 'ours.default-revision': 'main' }
    const params = { repo: 'repo', pathInRepo: 'tasks/b c.yaml', configKey: 'ours' }
    expect(await ask(resolver, params, { settings, secrets })).toMatchObject({ data: TASK })
  })
})

test('a forge within our own machine is refused', async () => {
  const closed = createGitResolver({ environment: {} })
  const params = { ...PARAMS, scmType: 'gitea', serverURL: 'http://localhost:3000', token: 'own' }
  await expect(ask(closed, params, { secrets })).rejects.toThrow('localhost is a loopback address')
})
