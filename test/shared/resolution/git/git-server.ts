// A git server: git's own http-backend behind node:http (https://git-scm.com/docs/git-http-backend), and repositories to serve.

import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Served, serve } from '../../network/servers.ts'

const folders: string[] = []

/** Path to text, or to a link's target. */
export type Files = Readonly<Record<string, string | Buffer | { readonly link: string }>>

export interface CommitOptions {
  /** Default `main`; a new branch begins at `from`. */
  readonly branch?: string
  readonly from?: string
  /** Names of lightweight and of annotated tags. */
  readonly tag?: string
  readonly annotatedTag?: string
}

export interface Repository {
  /** Adds files on a branch; answers the commit. */
  readonly commit: (files: Files, options?: CommitOptions) => string
  /** Whether a clone may leave files out. */
  readonly allowFilter: (allowed: boolean) => void
}

export interface GitServer extends Served {
  /** Makes `<url>/<name>.git`. */
  readonly repository: (name: string) => Repository
  /** `METHOD path` and the login of each request, oldest first. */
  readonly asked: { readonly what: string; readonly authorization: string | undefined }[]
}

export interface GitServerOptions {
  /** `user:password` that is wanted. */
  readonly login?: string
  /** Answers in place of git where it answers true. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean
}

function data(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')])
}

/** The stream that `git fast-import` reads (https://git-scm.com/docs/git-fast-import). */
function importStream(files: Files, options: CommitOptions): Buffer {
  const { branch = 'main', from, tag, annotatedTag } = options
  const who = 't <t@example.com> 1700000000 +0000\n'
  const line = (text: string): Buffer => Buffer.from(`${text}\n`)
  return Buffer.concat([
    line(`commit refs/heads/${branch}\nmark :1\ncommitter ${who.trim()}`),
    data('change'),
    ...(from === undefined ? [] : [line(`from ${from}`)]),
    ...Object.entries(files).flatMap(([path, content]) => {
      const isLink = typeof content === 'object' && 'link' in content
      return [line(`M ${isLink ? '120000' : '100644'} inline ${path}`), data(isLink ? content.link : content)]
    }),
    line(''),
    ...(tag === undefined ? [] : [line(`reset refs/tags/${tag}\nfrom :1\n`)]),
    ...(annotatedTag === undefined
      ? []
      : [line(`tag ${annotatedTag}\nfrom :1\ntagger ${who.trim()}`), data('tagged')]),
    line('get-mark :1\ndone'),
  ])
}

function createRepository(folder: string): Repository {
  mkdirSync(folder, { recursive: true })
  const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' }
  const run = (args: readonly string[], input?: Buffer): string =>
    execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      input,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    }).trim()
  const allowFilter = (allowed: boolean): void =>
    writeFileSync(
      join(folder, 'config'),
      `[core]\nbare = true\n[uploadpack]\nallowFilter = ${allowed}\nallowAnySHA1InWant = true\n`,
    )
  run(['init', '--quiet', '--bare', '--initial-branch=main'])
  allowFilter(true)
  const begun = new Set<string>()
  return {
    allowFilter,
    commit(files, options = {}) {
      const branch = options.branch ?? 'main'
      const from = begun.has(branch) ? `refs/heads/${branch}^0` : options.from
      begun.add(branch)
      const stream = importStream(files, from === undefined ? options : { ...options, from })
      return run(['fast-import', '--quiet', '--done'], stream)
    },
  }
}

/** One CGI call (RFC 3875). */
async function backend(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      HTTP_GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  request.pipe(child.stdin).on('error', () => undefined)
  const output = Buffer.concat(await child.stdout.toArray())
  const end = output.indexOf('\r\n\r\n')
  const lines = output.toString('latin1', 0, end).split('\r\n')
  const headers = lines.map(line => line.split(': ') as [string, string])
  const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200'
  response.writeHead(
    Number.parseInt(status, 10),
    Object.fromEntries(headers.filter(([name]) => name !== 'Status')),
  )
  response.end(output.subarray(end + 4))
}

/** Serves until closeAll; the repositories go with removeAll. */
export async function serveGit(
  { login, instead }: GitServerOptions = {},
  address?: string,
): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), 'git-server-'))
  folders.push(root)
  const asked: GitServer['asked'] = []
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`
  const served = await serve((request, response) => {
    const { authorization } = request.headers
    asked.push({ what: `${request.method} ${request.url}`, authorization })
    if (instead?.(request, response) === true) return
    if (wanted !== undefined && authorization !== wanted)
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
    backend(root, request, response).catch(() => response.destroy())
  }, address)
  return { ...served, asked, repository: name => createRepository(join(root, `${name}.git`)) }
}

export function removeAll(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}
