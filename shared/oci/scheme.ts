// HTTPS first; plain HTTP only where nobody outside can listen, or where the operator asked for it.

import { setTimeout as wait } from 'node:timers/promises'
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
  const known = new Map<string, 'https:' | 'http:'>()
  return async (registry, signal) => {
    if (!mayBePlain(registry)) return 'https:'
    const remembered = known.get(registry)
    if (remembered !== undefined) return remembered
    const scheme = await probe(registry, signal)
    known.set(registry, scheme)
    return scheme
  }

  /** HTTPS gets a head start: a port where nobody listens is often silent, and must not cost the whole deadline. */
  async function probe(registry: string, signal: AbortSignal | undefined): Promise<'https:' | 'http:'> {
    const decided = new AbortController()
    const either = AbortSignal.any([decided.signal, ...(signal ? [signal] : [])])
    const secure = ask('https:', registry, either).then(() => 'https:' as const)
    const plain = async (): Promise<'https:' | 'http:'> => {
      const silent = wait(HEAD_START, undefined, { signal: either }).then(() => undefined)
      if ((await Promise.race([secure, silent]).catch(() => undefined)) !== undefined) return 'https:'
      // 400 is how a TLS server greets plain HTTP: then what went wrong with HTTPS is the news.
      if ((await ask('http:', registry, either)) === 400) return secure
      return 'http:'
    }
    try {
      return await Promise.any([secure, plain()]).catch(() => secure)
    } finally {
      decided.abort()
    }
  }

  async function ask(scheme: string, registry: string, signal: AbortSignal | undefined): Promise<number> {
    const url = new URL(`${scheme}//${registry}/v2/`)
    const { status } = await exchange({ url, method: 'GET', headers: {}, limit: PROBE_LIMIT, signal })
    return status
  }
}
