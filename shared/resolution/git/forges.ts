// The APIs of forges: where each keeps commits, files and repositories, and how its answers read.

import { withoutEndSlashes } from '../ask.ts'
import { ResolutionError } from '../error.ts'

export interface Place {
  readonly org: string
  readonly repo: string
}

export interface Forge {
  /** Where people see it, unless a server is configured. */
  readonly home: string
  readonly api: (server: URL) => string
  readonly headers: (token: string) => Record<string, string>
  /** What is asked for where a commit's name is all that is wanted. */
  readonly commitAccept: string
  /** Paths below the API; what users name is escaped. */
  readonly commitPath: (place: Place, revision: string) => string
  readonly filePath: (place: Place, path: string, commit: string) => string
  readonly repositoryPath: (place: Place) => string
  readonly commitIn: (answer: string) => unknown
  readonly cloneUrlIn: (answer: unknown) => unknown
}

export const JSON_TYPE = 'application/json'

/** One segment of a path; one of dots would climb, however it is escaped. */
function segment(text: string): string {
  if (text !== '' && !/^\.{1,2}$/.test(text)) return encodeURIComponent(text)
  throw new ResolutionError(`"${text}" is no name of an organisation, a repository or a revision`)
}

const segments = (path: string): string => path.split('/').map(segment).join('/')

function get(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const repos = ({ org, repo }: Place): string => `repos/${segment(org)}/${segment(repo)}`
const withoutSlash = (url: URL): string => withoutEndSlashes(url.href)

/** https://docs.github.com/en/rest/repos/contents, also as GitHub Enterprise serves it. */
const github: Forge = {
  home: 'https://github.com',
  api(server) {
    if (/^(?:www\.)?github\.com$/.test(server.host)) return 'https://api.github.com'
    if (server.host.startsWith('api.') || server.pathname.includes('/api/')) return withoutSlash(server)
    return `${withoutSlash(server)}/api/v3`
  },
  headers: token => ({ authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' }),
  // The name alone: all of a commit may be megabytes of changes.
  commitAccept: 'application/vnd.github.sha',
  commitPath: (place, revision) => `${repos(place)}/commits/${segment(revision)}`,
  filePath: (place, path, commit) => `${repos(place)}/contents/${segments(path)}?ref=${commit}`,
  repositoryPath: repos,
  commitIn: answer => (answer.startsWith('{') ? get(parse(answer), 'sha') : answer.trim()),
  cloneUrlIn: answer => get(answer, 'clone_url'),
}

/** https://docs.gitea.com/api/, also Forgejo's. */
const gitea: Forge = {
  home: 'https://gitea.com',
  api: server => `${withoutSlash(server)}/api/v1`,
  headers: token => ({ authorization: `token ${token}` }),
  commitAccept: JSON_TYPE,
  commitPath: (place, revision) =>
    `${repos(place)}/commits?sha=${encodeURIComponent(revision)}&limit=1&stat=false&verification=false&files=false`,
  filePath: github.filePath,
  repositoryPath: repos,
  commitIn: answer => get(get(parse(answer), '0'), 'sha'),
  cloneUrlIn: github.cloneUrlIn,
}

function project({ org, repo }: Place): string {
  for (const name of [...org.split('/'), repo]) segment(name)
  return `projects/${encodeURIComponent(`${org}/${repo}`)}`
}

/** https://docs.gitlab.com/api/repository_files/ */
const gitlab: Forge = {
  home: 'https://gitlab.com',
  api: server => `${withoutSlash(server)}/api/v4`,
  headers: token => ({ 'private-token': token }),
  commitAccept: JSON_TYPE,
  commitPath: (place, revision) => `${project(place)}/repository/commits/${segment(revision)}?stats=false`,
  filePath: (place, path, commit) =>
    `${project(place)}/repository/files/${encodeURIComponent(path)}?ref=${commit}`,
  repositoryPath: project,
  commitIn: answer => get(parse(answer), 'id'),
  cloneUrlIn: answer => get(answer, 'http_url_to_repo'),
}

const FORGES: Readonly<Record<string, Forge>> = { github, gitlab, gitea }

/** The forge of this type. Throws ResolutionError. */
export function forgeOf(scmType: string): Forge {
  const forge = Object.hasOwn(FORGES, scmType) ? FORGES[scmType] : undefined
  if (forge !== undefined) return forge
  throw new ResolutionError(
    `failed to create SCM client: scmType must be one of ${Object.keys(FORGES).join(', ')}, but it is ${JSON.stringify(scmType)}`,
  )
}

/** The bytes of a file in an answer; undefined where it is no file. */
export function fileIn(answer: unknown): Buffer | undefined {
  const type = get(answer, 'type') ?? 'file'
  const content = get(answer, 'content')
  if (type !== 'file' || typeof content !== 'string' || get(answer, 'encoding') !== 'base64') return undefined
  return Buffer.from(content, 'base64')
}
