// What a resolver is: it judges parameters and fetches one Tekton object. Everything else is the framework's.

import type { Params } from './params.ts'

/** Where the object came from, for provenance (https://tekton.dev/docs/pipelines/resolution/). */
export interface RefSource {
  readonly uri: string
  /** Algorithm to hexadecimal digest: `{sha256: '…'}`, `{sha1: '…'}`. */
  readonly digest: Readonly<Record<string, string>>
  readonly entryPoint?: string
}

/** Asks cheaply (a HEAD, an If-None-Match) whether an answer given before would be given again; must not throw for "no". */
type StillHolds = (request: ResolverRequest, signal: AbortSignal) => Promise<boolean>

export interface Resolved {
  /** The object as YAML or JSON text. The framework checks that it is one object of Tekton's, and its size. */
  readonly data: string
  /** Annotations of the status; a key without a slash gets the prefix `resolution.tekton.dev/`. */
  readonly annotations: Readonly<Record<string, string>>
  readonly refSource: RefSource
  /** `forever`: a digest or commit was asked for. A function: may be kept while it says so. Left out: never kept. */
  readonly holds?: 'forever' | StillHolds
}

/** A secret's key; without a namespace it is the request's own. */
export interface SecretKey {
  readonly namespace?: string
  readonly name: string
  readonly key: string
}

/**
 * Credentials, read with the rights of the deployment. What is read is remembered: an answer that was fetched with it is
 * kept only for requests that would read the same. Missing secret, missing key and missing right are one ResolutionError
 * with one text, so that nobody can find out which secrets exist.
 */
export interface Secrets {
  read(secret: SecretKey): Promise<string>
  /** Docker configurations as JSON texts: of the secrets that are named, and of the service account's imagePullSecrets. */
  pullConfigs(from: PullSource): Promise<readonly string[]>
}

/** Whose pull secrets, in the request's namespace. A named secret must exist, one of the account's may be missing. */
export interface PullSource {
  readonly serviceAccount: string
  readonly secrets?: readonly string[]
}

/** One question. */
export interface ResolverRequest {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** Milliseconds since 1970 at which it was made, to the second. */
  readonly createdAt?: number
  /** Milliseconds until Tekton gives the whole request up; the signal knows. */
  readonly timeLeft: number
  readonly params: Params
  /** The data of the resolver's ConfigMap, with Tekton's keys. */
  readonly settings: Settings
  /** The data of `resolver-cache-config`: the framework's, and no part of the question. */
  readonly cacheSettings?: Settings
  readonly secrets: Secrets
}

export type Settings = Readonly<Record<string, string>>

/** A resolver; see docs/write-a-resolver.md. */
export interface Resolver {
  /** The value of the label `resolution.tekton.dev/type`. */
  readonly type: string
  /** Throws ResolutionError for what can be seen to be wrong without asking anyone. */
  validate(params: Params, settings: Settings): void
  /** Fetches. Throws ResolutionError; ends soon after the signal is aborted. */
  resolve(request: ResolverRequest, signal: AbortSignal): Promise<Resolved>
}
