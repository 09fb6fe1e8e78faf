// Tasks and Pipelines from Artifact Hub or a Tekton Hub (https://tekton.dev/docs/pipelines/hub-resolver/), with Tekton's messages.

import { createHash } from 'node:crypto'
import { type Ask, createAsk, jsonOf } from '../ask.ts'
import { ResolutionError } from '../error.ts'
import type { Resolved, Resolver } from '../resolver.ts'
import type { Hub } from './hubs.ts'
import { highest, parseConstraint } from './version.ts'
import { type Wanted, wantedOf } from './wanted.ts'

export interface HubTools {
  readonly fetch: typeof globalThis.fetch
  /** ARTIFACT_HUB_API, TEKTON_HUB_API. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** An object of a mebibyte, escaped, among a package's other facts. */
const MAX_ANSWER = 4 * 1024 * 1024

/** The first hub's answer; the others are asked only where one does not have it. */
async function firstOf<T>(
  urls: readonly string[],
  what: string,
  ask: (url: string) => Promise<T>,
): Promise<T> {
  const errors: ResolutionError[] = []
  for (const url of urls) {
    try {
      return await ask(url)
    } catch (error) {
      if (!(error instanceof ResolutionError) || error instanceof NoVersion) throw error
      errors.push(error)
    }
  }
  const [only] = errors
  if (only !== undefined && errors.length === 1) throw only
  throw new ResolutionError(
    `${what} from any configured hub URL: ${errors.map(({ message }) => message).join('; ')}`,
    {
      mayPass: errors.some(({ mayPass }) => mayPass),
    },
  )
}

/** A hub that answers, and has no such version, is not corrected by another. */
class NoVersion extends ResolutionError {}

export function createHubResolver({ fetch, environment }: HubTools): Resolver {
  const ask = createAsk(fetch)
  return {
    type: 'hub',
    validate(params, settings) {
      wantedOf(params, settings, environment)
    },
    async resolve({ params, settings }, signal) {
      const wanted = wantedOf(params, settings, environment)
      const { version, urls } = await choose(ask, wanted, signal)
      return firstOf(urls, 'failed to fetch resource', url =>
        fetchObject(ask, { ...wanted, version, urls: [url] }, signal),
      )
    },
  }
}

/** A constraint becomes the highest version that satisfies it, and the hub that has it. */
async function choose(
  ask: Ask,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Pick<Wanted, 'version' | 'urls'>> {
  const { hub, urls } = wanted
  const satisfies = parseConstraint(wanted.version)
  if (satisfies === undefined) return { version: hub.spell(wanted.version), urls }
  return firstOf(urls, 'failed to resolve version constraint', async url => {
    const answer = await askHub(ask, { hub, url: `${url}/${hub.versionsPath(wanted)}`, signal })
    const version = highest(hub.versionsIn(answer), satisfies)
    if (version === undefined) throw new NoVersion(`no version found for constraint ${wanted.version}`)
    return { version: hub.spell(version), urls: [url] }
  })
}

async function fetchObject(ask: Ask, wanted: Wanted, signal: AbortSignal): Promise<Resolved> {
  const { hub, version, urls } = wanted
  const uri = `${urls[0]}/${hub.objectPath(wanted, version)}`
  const data = hub.objectIn(await askHub(ask, { hub, url: uri, signal }))
  if (typeof data !== 'string' || data === '')
    throw new ResolutionError(`fail to fetch ${hub.title} resource: '${uri}' holds no object`)
  const sha256 = createHash('sha256').update(data).digest('hex')
  return { data, annotations: {}, refSource: { uri, digest: { sha256 } } }
}

interface HubQuestion {
  readonly hub: Hub
  readonly url: string
  readonly signal: AbortSignal
}

async function askHub(ask: Ask, { hub, url, signal }: HubQuestion): Promise<unknown> {
  const prefix = `fail to fetch ${hub.title} resource: `
  const headers = { accept: 'application/json' }
  try {
    const answer = await ask({ url: new URL(url), headers, limit: MAX_ANSWER, signal })
    if (answer.status === 200) return jsonOf(answer)
  } catch (error) {
    if (!(error instanceof ResolutionError)) throw error
    const { mayPass, retryAfter } = error
    throw new ResolutionError(prefix + error.message, { mayPass, retryAfter, cause: error })
  }
  throw new ResolutionError(`${prefix}requested resource '${url}' not found on hub`)
}
