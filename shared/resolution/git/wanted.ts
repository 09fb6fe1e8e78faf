// What is wanted from git: the parameters, the defaults of the ConfigMap, and Tekton's messages.

import { parseHttpUrl } from '../ask.ts'
import { ResolutionError } from '../error.ts'
import { type Params, textParam } from '../params.ts'
import type { SecretKey, Settings } from '../resolver.ts'
import { configurationOf } from './configuration.ts'
import { cleanPath } from './path.ts'
import { checkRevision } from './revision.ts'

interface File {
  readonly revision: string
  /** As it was given, and as git has it. */
  readonly given: string
  readonly path: string
  readonly configuration: Settings
  /** Whether references beside the file are bound to its commit. */
  readonly sameCommit: boolean
}

/** Cloned by the git program. */
export interface CloneWanted extends File {
  readonly mode: 'clone'
  /** As it was given: provenance shows it so. */
  readonly url: string
  readonly remote: URL
  readonly token: SecretKey | undefined
}

/** Fetched through the API of a forge. */
export interface ApiWanted extends File {
  readonly mode: 'api'
  readonly org: string
  readonly repo: string
  readonly scmType: string
  readonly server: URL | undefined
  readonly token: SecretKey
}

export type Wanted = CloneWanted | ApiWanted

const SAME_COMMIT = 'same-commit'
/** Escaped slashes, backslashes, dots and percent signs: a server may read another path than a rule did. */
const HIDDEN = /%(?:2f|5c|2e|25)/i

/** The defaults. */
export interface Defaults {
  readonly settings: Settings
  /** Where the operator's token is, unless `api-token-secret-namespace` says so. */
  readonly tokenNamespace: string
}

/** Throws ResolutionError, with Tekton's messages (pkg/resolution/resolver/git). */
export function wantedOf(params: Params, { settings, tokenNamespace }: Defaults): Wanted {
  const configuration = configurationOf(settings, textParam(params, 'configKey'))
  const revision = textParam(params, 'revision') ?? configuration['default-revision'] ?? ''
  const given = textParam(params, 'pathInRepo') ?? ''
  const repo = textParam(params, 'repo')
  if (textParam(params, 'url') !== undefined && repo !== undefined)
    throw new ResolutionError(`cannot specify both 'url' and 'repo'`)
  const url =
    repo === undefined ? (textParam(params, 'url') ?? (configuration['default-url'] || undefined)) : undefined
  if (repo === undefined && url === undefined)
    throw new ResolutionError(`must specify one of 'url' or 'repo'`)
  const org = textParam(params, 'org') ?? (configuration['default-org'] || undefined)
  if (repo !== undefined && org === undefined)
    throw new ResolutionError(`'org' is required when 'repo' is specified`)
  const missing = Object.entries({ revision, pathInRepo: given }).flatMap(([key, value]) =>
    value === '' ? [key] : [],
  )
  if (missing.length > 0)
    throw new ResolutionError(`missing required git resolver params: ${missing.join(', ')}`)
  checkRevision(revision)
  const path = cleanPath(given)
  const file = { revision, given, path, configuration, sameCommit: isSameCommit(params, configuration) }
  if (repo === undefined || org === undefined) return cloneOf(params, { ...file, url: url ?? '' })
  return apiOf(params, { ...file, org, repo }, tokenNamespace)
}

function isSameCommit(params: Params, configuration: Settings): boolean {
  const value = textParam(params, 'relativeRefs') ?? (configuration['relative-refs'] || 'unchanged')
  if (value === SAME_COMMIT || value === 'unchanged') return value === SAME_COMMIT
  throw new ResolutionError(
    `relativeRefs must be ${SAME_COMMIT} or unchanged, but it is ${JSON.stringify(value)}`,
  )
}

function cloneOf(params: Params, file: File & { readonly url: string }): CloneWanted {
  const parsed = parseHttpUrl(file.url)
  if (parsed === undefined || parsed.search + parsed.hash !== '' || HIDDEN.test(parsed.pathname)) {
    // What looks like a login is not repeated.
    const shown = file.url.replace(/\/\/[^/@]*@/, '//…@')
    throw new ResolutionError(
      `invalid git repository url: ${shown}: give a plain http or https URL, and a token with gitToken`,
    )
  }
  const name = textParam(params, 'gitToken')
  const token = name === undefined ? undefined : { name, key: textParam(params, 'gitTokenKey') ?? 'token' }
  return { mode: 'clone', ...file, remote: parsed, token }
}

type Repository = File & Pick<ApiWanted, 'org' | 'repo'>

function apiOf(params: Params, file: Repository, tokenNamespace: string): ApiWanted {
  const { configuration } = file
  const scmType = textParam(params, 'scmType') ?? configuration['scm-type'] ?? ''
  if (scmType === '') throw new ResolutionError('missing or empty scm-type value in configmap')
  const serverURL = textParam(params, 'serverURL')
  const server = parseServer(serverURL ?? configuration['server-url'] ?? '')
  const token = ownToken(params) ?? operatorsToken(configuration, tokenNamespace)
  const isTheirs = token.namespace !== undefined
  const same = parseServer(configuration['server-url'] ?? '')?.href === server?.href
  if (isTheirs && (!same || scmType !== configuration['scm-type']))
    throw new ResolutionError(
      `'token' is required when 'serverURL' or 'scmType' differ from the git resolver's configuration: the configured token goes to the configured server only`,
    )
  return { mode: 'api', ...file, scmType, server, token }
}

function ownToken(params: Params): SecretKey | undefined {
  const name = textParam(params, 'token')
  return name === undefined ? undefined : { name, key: textParam(params, 'tokenKey') ?? 'token' }
}

function operatorsToken(configuration: Settings, namespace: string): SecretKey {
  const [name = '', key = ''] = ['api-token-secret-name', 'api-token-secret-key'].map(each => {
    if ((configuration[each] ?? '') !== '') return configuration[each]
    throw new ResolutionError(
      `cannot get API token, required when specifying 'repo' param, '${each}' not specified in config`,
    )
  })
  return { name, key, namespace: configuration['api-token-secret-namespace'] || namespace }
}

function parseServer(text: string): URL | undefined {
  if (text === '') return undefined
  const url = parseHttpUrl(/^[a-z]+:\/\//.test(text) ? text : `https://${text}`)
  if (url !== undefined && url.search === '' && url.hash === '') return url
  throw new ResolutionError('serverURL must be an http or https URL without a login, a query and a fragment')
}
