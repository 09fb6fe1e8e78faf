// Where git works: an empty folder and a way to one server, gone when the work is done.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dial } from '../../network/dial.ts'
import { openTunnel, type Tunnel } from '../../network/tunnel.ts'
import { ResolutionError } from '../error.ts'
import { explain } from './explain.ts'
import { createGit, type Git, GitFailure } from './program.ts'

export interface CloneTools {
  readonly dial: Dial
  /** PATH, and where certificates are. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface Remote {
  readonly url: URL
  readonly token: string | undefined
  /** Whether the server may send git elsewhere: not where a rule chose the URL. */
  readonly mayRedirect: boolean
}

interface Work {
  readonly remote: Remote
  readonly signal: AbortSignal
}

/** The folders of one commit, and all files where a server does not leave them out. */
const MAX_FETCH = 256 * 1024 * 1024

/** A folder and a tunnel for as long as the work takes; both are gone afterwards, however it ends. */
export async function within<T>(
  { dial, environment }: CloneTools,
  { remote, signal }: Work,
  work: (git: Git, tunnel: Tunnel) => Promise<T>,
): Promise<T> {
  const { url, token } = remote
  // A token stays with its host, also where that host redirects.
  const only =
    token === undefined ? undefined : `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`
  const folder = await mkdtemp(join(tmpdir(), 'resolve-git-'))
  try {
    await using tunnel = await openTunnel({ dial, limit: MAX_FETCH, only })
    const protocols = url.protocol === 'https:' ? 'https' : 'http:https'
    const configuration = configurationOf(remote, tunnel.url)
    const git = createGit({ folder, environment, configuration, protocols, signal })
    await git(['init', '--quiet', '--bare', '--template=', '.'])
    return await work(git, tunnel).catch(error => {
      throw error instanceof GitFailure ? explained(error, tunnel) : error
    })
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

function configurationOf({ url, token, mayRedirect }: Remote, proxy: string): Record<string, string> {
  const login = token === undefined ? undefined : Buffer.from(`git:${token}`).toString('base64')
  return {
    'http.proxy': proxy,
    'http.followRedirects': mayRedirect ? 'initial' : 'false',
    'remote.origin.url': url.href,
    ...(login !== undefined && { 'http.extraHeader': `Authorization: Basic ${login}` }),
  }
}

/** What the tunnel saw is nearer to the cause than what git makes of it. */
function explained({ stderr }: GitFailure, tunnel: Tunnel): ResolutionError {
  const fault = tunnel.fault()
  if (fault === undefined) return explain(stderr)
  const mayPass = fault.reason === 'unavailable'
  return new ResolutionError(`git fetch error: ${fault.message}`, { mayPass, cause: fault })
}
