// A ResolutionRequest (resolution.tekton.dev/v1beta1) as far as it is read, and its parameters under today's names.

import type { Condition, KubernetesObject } from '../kubernetes/resources.ts'
import { ResolutionError } from './error.ts'
import type { Params, ParamValue } from './params.ts'
import type { RefSource } from './resolver.ts'

export const TYPE_LABEL = 'resolution.tekton.dev/type'

export interface ResolutionRequest extends KubernetesObject {
  readonly spec?: { readonly params?: readonly { readonly name: string; readonly value: ParamValue }[] }
  readonly status?: {
    /** Base64 of the object. */
    readonly data?: string
    readonly annotations?: Readonly<Record<string, string>> | null
    readonly refSource?: RefSource | null
    /** Deprecated, the same as refSource. */
    readonly source?: RefSource | null
    readonly conditions?: readonly Condition[]
    readonly observedGeneration?: number
  }
}

/** The types that the original proposal (TEP-0060) called otherwise. */
const TYPE_ALIASES: Readonly<Record<string, string>> = { bundle: 'bundles', 'in-cluster': 'cluster' }

/** Its parameter names; where two stand for one, the first that is given counts. */
const PARAM_ALIASES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  bundles: { bundle: ['image_url'] },
  git: { url: ['repository_url'], revision: ['commit', 'branch'], pathInRepo: ['path'] },
}

/** The resolver's type under today's name; undefined without the label. */
export function typeOf(request: ResolutionRequest): string | undefined {
  const label = request.metadata.labels?.[TYPE_LABEL]
  return label === undefined ? undefined : (TYPE_ALIASES[label] ?? label)
}

/** The values of the label that mean one of these types. */
export function labelsOf(types: readonly string[]): string[] {
  const aliases = Object.entries(TYPE_ALIASES).filter(([, type]) => types.includes(type))
  return [...types, ...aliases.map(([alias]) => alias)]
}

export function succeededCondition(request: ResolutionRequest): Condition | undefined {
  return request.status?.conditions?.find(({ type }) => type === 'Succeeded')
}

/** Whether there is nothing left to do for a resolver: it has data, or was marked. */
export function isAnswered(request: ResolutionRequest): boolean {
  const status = succeededCondition(request)?.status
  return (request.status?.data ?? '') !== '' || status === 'True' || status === 'False'
}

/** Names, addresses and paths need no more; what is wrong with them is quoted, and parsed before it is known to be wrong. */
const MOST_BYTES = 32 * 1024

/** The parameters by name. Throws ResolutionError where they are too long, or one is given twice, or under its old and its new name with other values. */
export function paramsOf(request: ResolutionRequest, type: string): Params {
  const params = new Map<string, ParamValue>()
  const all = request.spec?.params ?? []
  if (Buffer.byteLength(JSON.stringify(all)) > MOST_BYTES)
    throw new ResolutionError(`the parameters have more than ${MOST_BYTES} bytes: shorten them`)
  for (const { name, value } of all) {
    if (params.has(name)) throw new ResolutionError(`parameter "${name}" is given twice: give it once`)
    params.set(name, value)
  }
  for (const [name, aliases] of Object.entries(PARAM_ALIASES[type] ?? {})) {
    const given = aliases.find(alias => params.has(alias))
    const value = given === undefined ? undefined : params.get(given)
    if (given === undefined || value === undefined) continue
    if (params.has(name) && params.get(name) !== value)
      throw new ResolutionError(
        `parameters "${name}" and "${given}" mean the same and differ: give "${name}"`,
      )
    params.set(name, value)
  }
  return params
}
