// A resolver in one file: fetches `<base-url>/<name>/<version>.yaml` from a mirror that the operator names. A template for others.

import { createHash } from 'node:crypto'
import { MAX_OBJECT } from '../../shared/bundle/layer.ts'
import { createAsk, textOf } from '../../shared/resolution/ask.ts'
import { ResolutionError } from '../../shared/resolution/error.ts'
import { type Params, requiredParam } from '../../shared/resolution/params.ts'
import type { Resolved, Resolver, Settings } from '../../shared/resolution/resolver.ts'
import type { Tools } from '../../shared/resolution/resolvers.ts'

const SEGMENT = /^[a-z0-9][a-z0-9.-]{0,62}$/

/** What a user writes never becomes a path by itself. */
function segment(params: Params, name: string): string {
  const value = requiredParam(params, name)
  if (SEGMENT.test(value)) return value
  throw new ResolutionError(`parameter "${name}" must be lower-case letters, digits, "." and "-"`)
}

function addressOf(params: Params, settings: Settings): URL {
  const base = settings['base-url'] ?? ''
  if (!URL.canParse(base))
    throw new ResolutionError('base-url of mirror-resolver-config must be a URL: set it')
  return new URL(
    `${segment(params, 'name')}/${segment(params, 'version')}.yaml`,
    `${base.replace(/\/$/, '')}/`,
  )
}

export function createMirrorResolver({ fetch }: Pick<Tools, 'fetch'>): Resolver {
  // Follows safe redirects without credentials, counts what arrives, and says what may pass.
  const ask = createAsk(fetch)

  return {
    type: 'mirror',
    validate(params, settings) {
      addressOf(params, settings)
    },
    async resolve({ params, settings }, signal) {
      const url = addressOf(params, settings)
      const answer = await ask({ url, limit: MAX_OBJECT, signal })
      if (answer.status !== 200) throw new ResolutionError(`${url.href} answered ${answer.status}`)
      const etag = answer.headers.get('etag')
      const sha256 = createHash('sha256').update(answer.bytes).digest('hex')
      const holds: Resolved['holds'] = async (_, later) => {
        const headers = { 'if-none-match': etag ?? '' }
        return (await ask({ url, headers, limit: MAX_OBJECT, signal: later })).status === 304
      }
      return {
        data: textOf(answer),
        annotations: { url: url.href },
        refSource: { uri: url.href, digest: { sha256 }, entryPoint: url.pathname },
        // Without an ETag there is nothing to ask by, and nothing is kept.
        ...(etag !== null && { holds }),
      }
    },
  }
}
