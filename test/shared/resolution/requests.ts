// Requests as the framework hands them to a resolver, with the secrets that a test puts there.

import { ResolutionError } from '../../../shared/resolution/error.ts'
import type { ParamValue } from '../../../shared/resolution/params.ts'
import type { Resolved, Resolver, ResolverRequest, Settings } from '../../../shared/resolution/resolver.ts'

export interface Asked {
  readonly namespace?: string
  readonly settings?: Settings
  /** `namespace/name/key` to its value. */
  readonly secrets?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A request with these parameters from the namespace `team-a`. */
export function requestOf(params: Readonly<Record<string, ParamValue>>, asked: Asked = {}): ResolverRequest {
  const { namespace = 'team-a', settings = {}, secrets = {} } = asked
  return {
    namespace,
    name: 'git-0123',
    uid: '0123',
    timeLeft: 60_000,
    params: new Map(Object.entries(params)),
    settings,
    secrets: {
      async read({ namespace: other = namespace, name, key }) {
        const value = secrets[`${other}/${name}/${key}`]
        if (value === undefined)
          throw new ResolutionError(`cannot read the key "${key}" of the secret "${name}"`)
        return value
      },
      pullConfigs: async () => [],
    },
  }
}

/** Validates and resolves, as the framework does. */
export async function ask(
  resolver: Resolver,
  params: Readonly<Record<string, ParamValue>>,
  asked: Asked = {},
): Promise<Resolved> {
  const request = requestOf(params, asked)
  resolver.validate(request.params, request.settings)
  return resolver.resolve(request, asked.signal ?? new AbortController().signal)
}

export const PIPELINE =
  'apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata:\n  name: build\nspec:\n  tasks: []\n'
export const TASK = 'apiVersion: tekton.dev/v1\nkind: Task\nmetadata:\n  name: build\nspec:\n  steps: []\n'
