// What is measured of resolvers: how long answers take, how they end, and what the cache spared.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

type CacheUse = 'hit' | 'miss' | 'revalidated' | 'joined' | 'bypassed'

export type Note = (use: CacheUse) => void

/** `resolved`, `cancelled`, or the reason of the failure. */
type Outcome = string

export interface Meter {
  readonly cache: (type: string, use: CacheUse) => void
  /** Call it when a request is begun; then what it answers, when the request has ended. */
  readonly begin: (type: string) => (outcome: Outcome) => void
}

/** From a warm cache to the longest timeout. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

/** Registers three metrics; once per registry. */
export function createMeter(registry: Registry): Meter {
  const registers = [registry]
  const duration = new Histogram({
    name: 'resolution_duration_seconds',
    help: 'Time from beginning to answer a ResolutionRequest to its end',
    labelNames: ['resolver', 'outcome'],
    buckets: BUCKETS,
    registers,
  })
  const uses = new Counter({
    name: 'resolution_cache_total',
    help: 'How the cache was used',
    labelNames: ['resolver', 'use'],
    registers,
  })
  const underWay = new Gauge({
    name: 'resolution_in_flight',
    help: 'ResolutionRequests that are being answered',
    labelNames: ['resolver'],
    registers,
  })
  return {
    cache: (resolver, use) => uses.inc({ resolver, use }),
    begin(resolver) {
      underWay.inc({ resolver })
      const end = duration.startTimer({ resolver })
      return outcome => {
        underWay.dec({ resolver })
        end({ outcome })
      }
    },
  }
}
