// What the tests of the framework share: a request, credentials, and a resolver that does as it is told.

import type { ParamValue } from '../../../shared/resolution/params.ts'
import type { Resolved, Resolver, ResolverRequest, Secrets } from '../../../shared/resolution/resolver.ts'

export const PIPELINE = JSON.stringify({
  apiVersion: 'tekton.dev/v1',
  kind: 'Pipeline',
  metadata: { name: 'scale' },
  spec: { tasks: [] },
})

export function resolved(more: Partial<Resolved> = {}): Resolved {
  const refSource = { uri: 'https://remote.example/scale', digest: { sha256: 'a'.repeat(64) } }
  return { data: PIPELINE, annotations: {}, refSource, ...more }
}

/** Secrets whose content a test may change. */
export function secretsOf(content: Record<string, string> = {}): Secrets {
  return {
    read: async ({ name, key }) => content[`${name}/${key}`] ?? '',
    pullConfigs: async () => Object.values(content),
  }
}

export type Asked = Omit<Partial<ResolverRequest>, 'params'> & {
  readonly params?: Readonly<Record<string, ParamValue>>
}

export function question({ params = {}, ...more }: Asked = {}): ResolverRequest {
  return {
    namespace: 'tenant',
    name: 'fake-1',
    uid: 'uid-1',
    timeLeft: 60_000,
    settings: {},
    secrets: secretsOf(),
    ...more,
    params: new Map(Object.entries(params)),
  }
}

export interface Scripted extends Resolver {
  readonly asked: ResolverRequest[]
}

type Behave = (request: ResolverRequest, signal: AbortSignal, count: number) => Promise<Resolved> | Resolved

/** Answers as the script says; `count` begins with 1. */
export function scripted(behave: Behave = () => resolved()): Scripted {
  const asked: ResolverRequest[] = []
  return {
    type: 'fake',
    asked,
    validate: () => undefined,
    async resolve(request, signal) {
      asked.push(request)
      return behave(request, signal, asked.length)
    },
  }
}

/** A promise that settles with the signal, as a fetch does. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

export const never: AbortSignal = new AbortController().signal
