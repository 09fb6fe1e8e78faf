// One file by the git program, from a real git server.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createNetwork } from '../../../../shared/network/fetch.ts'
import { type Clones, createClones } from '../../../../shared/resolution/git/clone.ts'
import { closeAll, serve } from '../../network/servers.ts'
import { PIPELINE, TASK } from '../requests.ts'
import { type GitServer, removeAll, serveGit } from './git-server.ts'

/** A place for temporary files that nobody else uses, so that what is left behind shows. */
const shared = process.env.TMPDIR
const own = mkdtempSync(join(tmpdir(), 'clone-test-'))

afterAll(async () => {
  await closeAll()
  removeAll()
  if (shared === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = shared
  rmSync(own, { recursive: true })
})

const { dial } = createNetwork({ environment: { ALLOWED_ADDRESSES: '127.0.0.1' } })
const clones = createClones({ dial, environment: process.env })
const forever = new AbortController().signal

interface Options {
  readonly clones?: Clones
  readonly token?: string
  readonly mayRedirect?: boolean
  readonly signal?: AbortSignal
}

function read({ url }: { url: string }, revision: string, path = 'task.yaml', options: Options = {}) {
  const { token, mayRedirect = true, signal = forever } = options
  const remote = { url: new URL(`${url}/team/repo.git`), token, mayRedirect }
  return (options.clones ?? clones).read(remote, { revision, path }, signal)
}

/** A server with `team/repo`: a first commit that is tagged, a second one on main, a third on a branch. */
async function served(server?: GitServer) {
  const git = server ?? (await serveGit())
  const repository = git.repository('team/repo')
  const first = repository.commit({ 'task.yaml': `${TASK}# first` }, { tag: 'light', annotatedTag: 'v1.0' })
  const second = repository.commit({ 'task.yaml': TASK, 'deep/er/pipeline.yaml': PIPELINE })
  const third = repository.commit({ 'task.yaml': `${TASK}# third` }, { branch: 'feature/x', from: second })
  return { git, repository, first, second, third }
}

/** For the tests that change nothing. */
let known: Awaited<ReturnType<typeof served>>
beforeAll(async () => {
  process.env.TMPDIR = own
  known = await served()
  const links = LINKS.map((link, index) => [`link${index}`, { link }] as const)
  const second = known.repository.commit({
    ...Object.fromEntries(links),
    'large.yaml': 'x'.repeat(1024 * 1024 + 1),
    'binary.yaml': Buffer.from([0xff, 0xfe]),
  })
  known = { ...known, second }
})

const LINKS = ['/etc/passwd', 'task.yaml', '/etc', '../../../../etc/passwd']

const leftovers = (): string[] => readdirSync(tmpdir()).filter(name => name.startsWith('resolve-git-'))

describe('a file is read', () => {
  test('at a branch, a tag, a commit and a whole reference, with the commit that it is of', async () => {
    const { git, first, second, third } = known
    const commits = { main: second, 'feature/x': third, light: first, 'v1.0': first, HEAD: second }
    const revisions = {
      ...commits,
      'refs/heads/feature/x': third,
      [first]: first,
      [third.toUpperCase()]: third,
    }
    const found = Object.keys(revisions).map(async revision => [revision, (await read(git, revision)).commit])
    expect(Object.fromEntries(await Promise.all(found))).toEqual(revisions)
    expect((await read(git, first)).text).toBe(`${TASK}# first`)
    expect((await read(git, 'main', 'deep/er/pipeline.yaml')).text).toBe(PIPELINE)
    expect(leftovers()).toEqual([])
  })

  test('without the other files, and without history', async () => {
    const { git, repository } = await served()
    const noise = randomBytes(3_000_000)
    repository.commit({ 'large.bin': noise })
    let bytes = 0
    const counting = createClones({
      environment: process.env,
      async dial(target, signal) {
        const socket = await dial(target, signal)
        socket.on('data', chunk => {
          bytes += chunk.length
        })
        return socket
      },
    })
    expect((await read(git, 'main', 'task.yaml', { clones: counting })).text).toBe(TASK)
    expect(bytes).toBeLessThan(100_000)
  })

  test('from a server that does not leave files out', async () => {
    const { git, repository } = await served()
    repository.allowFilter(false)
    expect((await read(git, 'main')).text).toBe(TASK)
  })

  test('with a token, which nobody else gets to see', async () => {
    const { git } = await served(await serveGit({ login: 'git:t0ken' }))
    expect((await read(git, 'main', 'task.yaml', { token: 't0ken' })).text).toBe(TASK)
    const failed: unknown = await read(git, 'main', 'task.yaml', { token: 'wr0ng' }).catch(error => error)
    expect(String(failed)).toMatch(/clone error: authentication required/)
    expect(String(failed)).not.toMatch(/wr0ng|Z2l0Ondy/)
    await expect(read(git, 'main')).rejects.toThrow('clone error: authentication required')
  })
})

describe('a file that cannot be read', () => {
  test.each([
    ['nowhere.yaml', 'error opening file "nowhere.yaml": file does not exist'],
    ['deep/er', 'error opening file "deep/er": it is a directory'],
    ['*.yaml', 'error opening file "*.yaml": file does not exist'],
    ['task.yaml/x', 'error opening file "task.yaml/x": file does not exist'],
    ['.git/config', 'error opening file ".git/config": file does not exist'],
    ['link0', 'error opening file "link0": it is a symbolic link, which is not followed'],
    ['link1', 'error opening file "link1": it is a symbolic link, which is not followed'],
    ['link2/passwd', 'error opening file "link2/passwd": file does not exist'],
    ['link3', 'error opening file "link3": it is a symbolic link, which is not followed'],
    ['large.yaml', 'error reading file "large.yaml": it has more than 1048576 bytes'],
    ['binary.yaml', 'error reading file "binary.yaml": it is not UTF-8'],
  ])('%s', async (path, message) => {
    const { git } = known
    await expect(read(git, 'main', path)).rejects.toMatchObject({ message, mayPass: false })
  })

  test('is one that inflates, packed however small', async () => {
    const { git, repository } = await served()
    repository.commit({ 'bomb.yaml': Buffer.alloc(50_000_000) })
    await expect(read(git, 'main', 'bomb.yaml')).rejects.toThrow('it has more than 1048576 bytes')
    expect(leftovers()).toEqual([])
  })

  test.each(['nowhere', 'a'.repeat(40)])('is one at the revision %s that is not there', async revision => {
    const { git } = known
    await expect(read(git, revision)).rejects.toMatchObject({
      message: expect.stringMatching(/^git fetch error: the revision is not there/),
      mayPass: false,
    })
  })

  test('is one of a repository that is not there', async () => {
    const git = await serveGit()
    await expect(read(git, 'main')).rejects.toThrow('git clone error: repository not found')
  })

  test.each([429, 503])('because the server answers %d may be there later', async status => {
    const git = await serve((_, response) => response.writeHead(status).end())
    await expect(read(git, 'main')).rejects.toMatchObject({ mayPass: true })
  })

  test('because nobody listens may be there later', async () => {
    await expect(read({ url: 'http://127.0.0.1:1' }, 'main')).rejects.toMatchObject({ mayPass: true })
  })

  test('because there is no git says so', async () => {
    const { git } = known
    const without = createClones({ dial, environment: { PATH: '/nowhere' } })
    await expect(read(git, 'main', 'task.yaml', { clones: without })).rejects.toThrow(
      'this resolver was deployed without the git program, so it cannot clone: use org and repo',
    )
    expect(leftovers()).toEqual([])
  })
})

describe('a server that users name', () => {
  test('may not be within our own machine', async () => {
    const { git } = await served()
    const closed = createClones({ dial: createNetwork({ environment: {} }).dial, environment: process.env })
    await expect(read(git, 'main', 'task.yaml', { clones: closed })).rejects.toThrow(
      'git fetch error: 127.0.0.1 is a loopback address, which may not be reached',
    )
    expect(git.asked).toEqual([])
  })

  test('may not redirect git to where it may not go', async () => {
    const inner = await serveGit({}, '127.0.0.2')
    inner.repository('team/repo').commit({ 'task.yaml': TASK })
    const outer = await serve((request, response) =>
      response.writeHead(302, { location: `${inner.url}${request.url}` }).end(),
    )
    await expect(read(outer, 'main')).rejects.toThrow('127.0.0.2 is a loopback address')
    expect(inner.asked).toEqual([])
  })

  test('may redirect to another host, but takes no token there', async () => {
    const { git: other } = await served()
    const outer = await serve((request, response) =>
      response.writeHead(302, { location: `${other.url}${request.url}` }).end(),
    )
    expect((await read(outer, 'main')).text).toBe(TASK)
    other.asked.splice(0)
    await expect(read(outer, 'main', 'task.yaml', { token: 't0ken' })).rejects.toThrow('may not be followed')
    expect(other.asked).toEqual([])
    await expect(read(outer, 'main', 'task.yaml', { mayRedirect: false })).rejects.toThrow(
      'the server redirects',
    )
    expect(other.asked).toEqual([])
  })

  test('may send no more than is taken', async () => {
    const endless = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
      const go = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(1024 * 1024, 'x'), () => setImmediate(go))
      }
      go()
    })
    await expect(read(endless, 'main')).rejects.toThrow(
      /more than the 268435456 bytes|what the server sends is too large/,
    )
    expect(leftovers()).toEqual([])
  })
})

test('git and all that it started ends when the request is cancelled', async () => {
  const stalling = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const stalled = await serve((_, response) => {
    response.on('close', closed.resolve)
    stalling.resolve()
  })
  const cancel = new AbortController()
  const answer = read(stalled, 'main', 'task.yaml', { signal: cancel.signal })
  await stalling.promise
  cancel.abort(new Error('the request was deleted'))
  await expect(answer).rejects.toThrow('the request was deleted')
  await closed.promise
  expect(leftovers()).toEqual([])
})

test('what a revision means now is known without a clone', async () => {
  const { git, first, second, third } = known
  const remote = { url: new URL(`${git.url}/team/repo.git`), token: undefined, mayRedirect: true }
  const now = (revision: string) => clones.commitOf(remote, revision, forever)
  expect(await Promise.all(['main', 'v1.0', 'light', 'feature/x', 'x', 'HEAD'].map(now))).toEqual([
    second,
    first,
    first,
    third,
    undefined,
    second,
  ])
})

test('a revision that is no revision is never an option of git', async () => {
  const mark = join(own, 'pwned')
  for (const revision of [`--upload-pack=touch ${mark};`, `--exec=touch ${mark}`, '-u'])
    await expect(read(known.git, revision)).rejects.toThrow(/git fetch error/)
  expect(existsSync(mark)).toBe(false)
})
