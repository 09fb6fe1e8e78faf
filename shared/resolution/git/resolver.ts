// Files from git (https://tekton.dev/docs/pipelines/git-resolver/): cloned, or by the API of a forge.

import { withoutEndSlashes } from '../ask.ts'
import { ResolutionError } from '../error.ts'
import type { Resolved, Resolver, ResolverRequest, SecretKey, Secrets } from '../resolver.ts'
import { commitByApi, pageOf, readByApi } from './api.ts'
import { forgeOf } from './forges.ts'
import { createReaches, type Reach } from './reach.ts'
import { bindReferences } from './relative.ts'
import { algorithmOf, isCommit } from './revision.ts'
import { checkRules, readRules } from './rules.ts'
import { type ApiWanted, type CloneWanted, type Wanted, wantedOf } from './wanted.ts'
import type { Remote } from './workspace.ts'

export interface GitTools {
  /** PATH, where certificates are, proxies, ALLOWED_ADDRESSES, BLOCKED_ADDRESSES and RESOLVERS_NAMESPACE. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** What was read, before references are bound and the answer is made. */
interface Read {
  readonly commit: string
  readonly text: string
  readonly url: string
  readonly annotations: Readonly<Record<string, string>>
}

type Context = ResolverRequest & { readonly signal: AbortSignal }

/** The repository's page, as rules name it. */
function repositoryOf(wanted: Wanted): string {
  const page = wanted.mode === 'clone' ? wanted.remote.href : pageOf(wanted)
  return withoutEndSlashes(page).replace(/\.git$/, '')
}

function checkAllowed(wanted: Wanted, namespace: string): void {
  const { configuration, revision, path } = wanted
  checkRules(readRules(configuration), { namespace, url: repositoryOf(wanted), revision, path })
}

export function createGitResolver({ environment }: GitTools): Resolver {
  const reachFor = createReaches(environment)
  const tokenNamespace = environment.RESOLVERS_NAMESPACE || 'tekton-pipelines-resolvers'

  function judge({ params, settings }: Pick<ResolverRequest, 'params' | 'settings'>): Wanted {
    const wanted = wantedOf(params, { settings, tokenNamespace })
    if (wanted.mode === 'api') forgeOf(wanted.scmType)
    return wanted
  }

  return {
    type: 'git',
    validate(params, settings) {
      judge({ params, settings })
    },
    async resolve(request, signal) {
      const wanted = judge(request)
      checkAllowed(wanted, request.namespace)
      const context = { ...request, signal }
      const reach = reachFor(wanted.configuration)
      const way = wanted.mode === 'clone' ? byClone(reach, wanted) : byApi(reach, wanted)
      const read = await way.read(context)
      const holds: Resolved['holds'] = isCommit(wanted.revision)
        ? 'forever'
        : async (later, laterSignal) =>
            (await way.commitOf({ ...later, signal: laterSignal })) === read.commit
      return answerOf({ wanted, read, request }, holds)
    },
  }
}

/** Without the line break that editors add. Throws ResolutionError for what no header can hold. */
async function readToken(secrets: Secrets, secret: SecretKey): Promise<string> {
  const token = (await secrets.read(secret)).trim()
  if (/^[!-~]+$/.test(token)) return token
  throw new ResolutionError(
    `the key "${secret.key}" of the secret "${secret.name}" is no token: it must be one line of ASCII letters, digits and signs`,
  )
}

interface Way {
  readonly read: (context: Context) => Promise<Read>
  /** The commit that the revision means now. */
  readonly commitOf: (context: Context) => Promise<string | undefined>
}

function byClone({ clones }: Reach, wanted: CloneWanted): Way {
  const { remote: url, token, revision, configuration } = wanted
  // Where rules choose the URL, no server may choose another.
  const mayRedirect = readRules(configuration) === undefined
  async function remoteFor({ secrets }: Context): Promise<Remote> {
    return { url, mayRedirect, token: token && (await readToken(secrets, token)) }
  }
  return {
    async read(context) {
      const file = await clones.read(await remoteFor(context), wanted, context.signal)
      return { ...file, url: wanted.url, annotations: {} }
    },
    commitOf: async context => clones.commitOf(await remoteFor(context), revision, context.signal),
  }
}

function byApi({ ask }: Reach, wanted: ApiWanted): Way {
  const { org, repo } = wanted
  const sessionFor = async ({ secrets, signal }: Context) => ({
    ask,
    signal,
    token: await readToken(secrets, wanted.token),
  })
  return {
    async read(context) {
      const { cloneUrl, ...file } = await readByApi(wanted, await sessionFor(context))
      return { ...file, url: cloneUrl, annotations: { org, repo } }
    },
    commitOf: async context => commitByApi(wanted, await sessionFor(context)),
  }
}

interface Answered {
  readonly wanted: Wanted
  readonly read: Read
  readonly request: ResolverRequest
}

function answerOf({ wanted, read, request }: Answered, holds: Resolved['holds']): Resolved {
  const { commit, url } = read
  const origin = { params: request.params, commit, path: wanted.path }
  const bound = wanted.sameCommit ? bindReferences(read.text, origin) : { text: read.text, count: 0 }
  return {
    data: bound.text,
    annotations: {
      'content-type': 'application/x-yaml',
      revision: commit,
      path: wanted.given,
      url,
      ...read.annotations,
      ...(bound.count > 0 && { 'playbook.kubernaut.io/bound-references': String(bound.count) }),
    },
    refSource: { uri: `git+${url}`, digest: { [algorithmOf(commit)]: commit }, entryPoint: wanted.given },
    ...(holds !== undefined && { holds }),
  }
}
