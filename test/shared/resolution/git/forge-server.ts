// GitHub, GitLab and Gitea as far as their contents APIs are asked, each by its own documentation.

import type { IncomingMessage } from 'node:http'
import { type Served, serve } from '../../network/servers.ts'

export interface ForgeRepository {
  /** Branch, tag or commit to commit. */
  readonly commits: Readonly<Record<string, string>>
  /** `commit:path` to text. */
  readonly files: Readonly<Record<string, string | Buffer>>
}

export interface ForgeServer extends Served {
  readonly asked: { readonly path: string; readonly token: string | undefined }[]
  /** From now on: every answer is this one. */
  readonly answer: (status: number, headers?: Record<string, string>) => void
}

type Answer = object | string | undefined

interface Question {
  readonly path: string
  readonly query: URLSearchParams
  readonly repository: ForgeRepository
  readonly wantsSha: boolean
}

const base64 = (content: string | Buffer): string => Buffer.from(content).toString('base64')

/** https://docs.github.com/en/rest/repos/contents and /commits/commits */
function github({ path, query, repository, wantsSha }: Question): Answer {
  const [, what = '', rest = ''] =
    /^\/api\/v3\/repos\/team\/repo(?:\/(commits|contents)\/(.*))?$/.exec(path) ?? []
  if (path === '/api/v3/repos/team/repo') return { clone_url: 'https://github.example.com/team/repo.git' }
  if (what === 'commits') {
    const sha = repository.commits[decodeURIComponent(rest)]
    return sha === undefined || wantsSha ? sha : { sha, files: [] }
  }
  const content = repository.files[`${query.get('ref')}:${decodeURIComponent(rest)}`]
  if (content === undefined) return undefined
  const lines = base64(content).replace(/(.{60})/g, '$1\n')
  return { type: 'file', encoding: 'base64', size: 7, content: lines, path: rest }
}

/** https://docs.gitlab.com/api/repository_files/ and /commits/ */
function gitlab({ path, query, repository }: Question): Answer {
  const project = '/api/v4/projects/team%2Frepo'
  if (path === project) return { http_url_to_repo: 'https://gitlab.example.com/team/repo.git' }
  const [, what = '', name = ''] = /^.*?\/repository\/(commits|files)\/([^/]+)$/.exec(path) ?? []
  if (!path.startsWith(`${project}/`)) return undefined
  if (what === 'commits') {
    const id = repository.commits[decodeURIComponent(name)]
    return id && { id, short_id: id.slice(0, 8) }
  }
  const content = repository.files[`${query.get('ref')}:${decodeURIComponent(name)}`]
  return content === undefined ? undefined : { encoding: 'base64', size: 7, content: base64(content) }
}

/** https://docs.gitea.com/api/ (repoGetContents, repoGetAllCommits, repoGet) */
function gitea({ path, query, repository }: Question): Answer {
  const place = '/api/v1/repos/team/repo'
  if (path === place) return { clone_url: 'https://gitea.example.com/team/repo.git' }
  if (path === `${place}/commits`) {
    const sha = repository.commits[query.get('sha') ?? '']
    return sha && [{ sha }]
  }
  const content =
    repository.files[`${query.get('ref')}:${decodeURIComponent(path.slice(`${place}/contents/`.length))}`]
  return content === undefined ? undefined : { type: 'file', encoding: 'base64', content: base64(content) }
}

const FORGES = { github, gitlab, gitea }

function tokenOf({ headers }: IncomingMessage): string | undefined {
  return (
    String(headers['private-token'] ?? headers.authorization ?? '').replace(/^(?:Bearer|token) /, '') ||
    undefined
  )
}

/** Serves `team/repo` to whoever has the token `t0ken`. */
export async function serveForge(
  type: keyof typeof FORGES,
  repository: ForgeRepository,
  address?: string,
): Promise<ForgeServer> {
  const asked: ForgeServer['asked'] = []
  let fixed: [number, Record<string, string>] | undefined
  const served = await serve((request, response) => {
    const [path = '', query] = (request.url ?? '').split('?')
    const token = tokenOf(request)
    asked.push({ path, token })
    if (fixed !== undefined) return response.writeHead(...fixed).end('{}')
    if (token !== 't0ken') return response.writeHead(401).end('{"message":"Bad credentials"}')
    const wantsSha = request.headers.accept === 'application/vnd.github.sha'
    const answer = FORGES[type]({ path, query: new URLSearchParams(query), repository, wantsSha })
    if (answer === undefined) return response.writeHead(404).end('{"message":"Not Found"}')
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  }, address)
  return {
    ...served,
    asked,
    answer(status, headers = {}) {
      fixed = [status, headers]
    },
  }
}
