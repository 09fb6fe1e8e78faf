// HTTPS first; plain HTTP only where nobody outside can listen, or where the operator asked for it.

import { setTimeout as wait } from 'node:timers/promises'
import { RegistryError } from './error.ts'
import type { Exchanger } from './exchange.ts'

export type SchemeChooser = (registry: string, signal?: AbortSignal) => Promise<'https:' | 'http:'>

const PROBE_LIMIT = 64 * 1024
/** Milliseconds before plain HTTP is tried as well. */
const HEAD_START = 300

/**
 * Chooses per registry and remembers what answered. Hosts that may use plain HTTP are asked for `/v2/` over HTTPS first, as
 * go-containerregistry does (OCI distribution 1.1, https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#determining-support).
 */
export function createSchemeChooser(
  exchange: Exchanger,
  mayBePlain: (registry: string) => boolean,
): SchemeChooser {
  // Whoever asks while one finds out waits for that one: a push of twenty layers asks twenty times at once.
  const known = new Map<string, Promise<'https:' | 'http:'>>()
  return async (registry, signal) => {
    if (!mayBePlain(registry)) return 'https:'
    const found = known.get(registry) ?? probe(registry)
    known.set(registry, found)
    found.catch(() => known.delete(registry))
    return signal === undefined ? found : Promise.race([found, givenUp(registry, signal)])
  }

  /** HTTPS gets a head start: a port where nobody listens is often silent, and must not cost the whole deadline. */
  async function probe(registry: string): Promise<'https:' | 'http:'> {
    const decided = new AbortController()
    const secure = ask('https:', registry, decided.signal).then(() => 'https:' as const)
    const plain = async (): Promise<'https:' | 'http:'> => {
      const silent = wait(HEAD_START, undefined, { signal: decided.signal }).then(() => undefined)
      if ((await Promise.race([secure, silent]).catch(() => undefined)) !== undefined) return 'https:'
      // 400 is how a TLS server greets plain HTTP: then what went wrong with HTTPS is the news.
      if ((await ask('http:', registry, decided.signal)) === 400) return secure
      return 'http:'
    }
    try {
      return await Promise.any([secure, plain()]).catch(() => secure)
    } finally {
      decided.abort()
    }
  }

  async function ask(scheme: string, registry: string, signal: AbortSignal): Promise<number> {
    const url = new URL(`${scheme}//${registry}/v2/`)
    const { status } = await exchange({ url, method: 'GET', headers: {}, limit: PROBE_LIMIT, signal })
    return status
  }
}

/** Each who waits for the same answer gives up by itself. */
function givenUp(registry: string, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void =>
      reject(new RegistryError('unavailable', `${registry} did not answer in time`, { cause: signal.reason }))
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
  })
}
