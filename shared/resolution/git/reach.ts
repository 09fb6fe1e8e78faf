// The ways out for one set of settings: its own proxies, or else those of the environment.

import { LRUCache } from 'lru-cache'
import { createNetwork } from '../../network/fetch.ts'
import { type Ask, createAsk } from '../ask.ts'
import type { Settings } from '../resolver.ts'
import { type Clones, createClones } from './clone.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Reach {
  readonly ask: Ask
  readonly clones: Clones
}

/** Each has a pool of connections. */
const MOST = 20
const PROXIES = { 'http-proxy': 'http_proxy', 'https-proxy': 'https_proxy', 'no-proxy': 'no_proxy' } as const

/** The environment with the proxies of a set of settings in place of its own. */
function withProxies(environment: Environment, settings: Settings): Environment {
  const given = Object.entries(PROXIES).flatMap(([key, variable]) =>
    settings[key] === undefined ? [] : [[variable, settings[key]] as const],
  )
  if (given.length === 0) return environment
  const others = Object.entries(environment).filter(([name]) => !/^(?:https?|no)_proxy$/i.test(name))
  return Object.fromEntries([...others, ...given])
}

/** `http-proxy`, `https-proxy` and `no-proxy`; where a set has one of them, the environment's are not used. */
export function createReaches(environment: Environment): (settings: Settings) => Reach {
  const known = new LRUCache<string, Reach>({ max: MOST })
  return settings => {
    const own = withProxies(environment, settings)
    const key = JSON.stringify(Object.keys(PROXIES).map(each => settings[each] ?? null))
    const kept = known.get(key)
    if (kept !== undefined) return kept
    const { fetch, dial } = createNetwork({ environment: own })
    const reach = { ask: createAsk(fetch), clones: createClones({ dial, environment: own }) }
    known.set(key, reach)
    return reach
  }
}
