// A resolver in one file: fetches `<base-url>/<name>/<version>.yaml` from a mirror that the operator names. A template for others.

import { createHash } from 'node:crypto'
import { MAX_OBJECT } from '../../shared/bundle/layer.ts'
import { ResolutionError } from '../../shared/resolution/error.ts'
import { type Params, requiredParam } from '../../shared/resolution/params.ts'
import type { Resolver, Settings } from '../../shared/resolution/resolver.ts'
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

/** Counts what arrives, whatever a header claims. */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > MAX_OBJECT) throw new ResolutionError(`the mirror sent more than ${MAX_OBJECT} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function createMirrorResolver({ fetch }: Pick<Tools, 'fetch'>): Resolver {
  async function get(url: URL, signal: AbortSignal, etag?: string): Promise<Response> {
    const headers = etag === undefined ? {} : { 'if-none-match': etag }
    try {
      return await fetch(url, { headers, redirect: 'error', signal })
    } catch (error) {
      if (signal.aborted) throw error
      throw new ResolutionError(`${url.host} does not answer`, { mayPass: true, cause: error })
    }
  }

  return {
    type: 'mirror',
    validate(params, settings) {
      addressOf(params, settings)
    },
    async resolve({ params, settings }, signal) {
      const url = addressOf(params, settings)
      const response = await get(url, signal)
      const mayPass = response.status === 429 || response.status >= 500
      if (!response.ok) throw new ResolutionError(`${url.href} answered ${response.status}`, { mayPass })
      const data = await readText(response)
      const etag = response.headers.get('etag')
      const sha256 = createHash('sha256').update(data).digest('hex')
      return {
        data,
        annotations: { url: url.href },
        refSource: { uri: url.href, digest: { sha256 }, entryPoint: url.pathname },
        // Without an ETag there is nothing to ask by, and nothing is kept.
        ...(etag === null ? {} : { holds: async (_, later) => (await get(url, later, etag)).status === 304 }),
      }
    },
  }
}
