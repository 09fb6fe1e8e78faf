// One file at one revision, by the API of a forge: needs no git, and no more than the file.

import { MAX_OBJECT } from '../../bundle/layer.ts'
import type { Answer } from '../../network/exchange.ts'
import { type Ask, jsonOf, textOf, withoutEndSlashes } from '../ask.ts'
import { ResolutionError } from '../error.ts'
import type { GitFile } from './clone.ts'
import { type Forge, fileIn, forgeOf, JSON_TYPE } from './forges.ts'
import { isCommit } from './revision.ts'
import type { ApiWanted } from './wanted.ts'

export interface ApiFile extends GitFile {
  /** What the forge says that the repository is cloned from. */
  readonly cloneUrl: string
}

export interface Session {
  readonly ask: Ask
  readonly token: string
  readonly signal: AbortSignal
}

/** A file of a mebibyte in base64, or a long commit message, and what is said around it. */
const MAX_ANSWER = 2 * 1024 * 1024

function server({ server: configured }: ApiWanted, forge: Forge): URL {
  return configured ?? new URL(forge.home)
}

/** Where people see the repository; rules are held against it. */
export function pageOf(wanted: ApiWanted): string {
  const home = server(wanted, forgeOf(wanted.scmType))
  return new URL(`${withoutEndSlashes(home.pathname)}/${wanted.org}/${wanted.repo}`, home).href
}

/** Reads the file at the commit that the revision means now. Throws ResolutionError, with Tekton's messages. */
export async function readByApi(wanted: ApiWanted, session: Session): Promise<ApiFile> {
  const { org, repo, path } = wanted
  const forge = forgeOf(wanted.scmType)
  const commit = await commitByApi(wanted, session)
  const [content, repository] = await Promise.all([
    call(wanted, session, {
      path: forge.filePath(wanted, path, commit),
      failure: "couldn't fetch resource content",
    }),
    call(wanted, session, { path: forge.repositoryPath(wanted), failure: "couldn't fetch repository" }),
  ])
  const file = fileIn(jsonOf(content))
  if (file === undefined)
    throw new ResolutionError(
      `couldn't fetch resource content: ${path} is no file of at most ${MAX_OBJECT} bytes`,
    )
  if (file.length === 0) throw new ResolutionError(`no content for resource in ${org}/${repo} ${path}`)
  const cloneUrl = forge.cloneUrlIn(jsonOf(repository))
  if (typeof cloneUrl !== 'string')
    throw new ResolutionError("couldn't fetch repository: it has no clone URL")
  return { commit, text: asText(file, path), cloneUrl }
}

/** The commit that the revision means now. Throws ResolutionError. */
export async function commitByApi(wanted: ApiWanted, session: Session): Promise<string> {
  const { revision } = wanted
  const forge = forgeOf(wanted.scmType)
  const failure = `couldn't fetch the commit sha for the ref ${revision} in the repo`
  const path = forge.commitPath(wanted, revision)
  const answer = await call(wanted, session, { path, failure, accept: forge.commitAccept })
  const commit = forge.commitIn(textOf(answer))
  if (typeof commit !== 'string' || !isCommit(commit))
    throw new ResolutionError(`${failure}: the answer names none`)
  // A branch may be called like a commit; whoever names a commit gets that one or nothing.
  if (isCommit(revision) && commit !== revision.toLowerCase())
    throw new ResolutionError(`${failure}: it is no commit, but stands for another one`)
  return commit
}

interface Call {
  readonly path: string
  /** How an error begins. */
  readonly failure: string
  readonly accept?: string
}

async function call(
  wanted: ApiWanted,
  { ask, token, signal }: Session,
  { path, failure, accept = JSON_TYPE }: Call,
): Promise<Answer> {
  const forge = forgeOf(wanted.scmType)
  const url = new URL(`${forge.api(server(wanted, forge))}/${path}`)
  const answer = await ask({
    url,
    headers: { accept, ...forge.headers(token) },
    limit: MAX_ANSWER,
    signal,
  }).catch(error => {
    if (!(error instanceof ResolutionError)) throw error
    const { mayPass, retryAfter } = error
    throw new ResolutionError(`${failure}: ${error.message}`, { mayPass, retryAfter, cause: error })
  })
  if (answer.status === 200) return answer
  const isLimited = answer.headers.get('x-ratelimit-remaining') === '0'
  throw new ResolutionError(
    `${failure}: ${url.host} answered ${answer.status}: ${adviceFor(answer.status, isLimited)}`,
    {
      mayPass: isLimited,
    },
  )
}

function adviceFor(status: number, isLimited: boolean): string {
  if (isLimited) return 'its rate limit is reached'
  return status === 401
    ? 'the token is not valid there'
    : 'check the names, and that the token may read there'
}

function asText(bytes: Buffer, path: string): string {
  if (bytes.length > MAX_OBJECT)
    throw new ResolutionError(`error reading file "${path}": it has more than ${MAX_OBJECT} bytes`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new ResolutionError(`error reading file "${path}": it is not UTF-8`, { cause: error })
  }
}
