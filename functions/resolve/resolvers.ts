// The resolvers of this deployment, each made when it is first asked, with the framework around it.

import { withFramework } from '../../shared/resolution/framework.ts'
import { createMeter, type Meter } from '../../shared/resolution/meter.ts'
import type { Resolver } from '../../shared/resolution/resolver.ts'
import { RESOLVERS, type Registration, type Tools } from '../../shared/resolution/resolvers.ts'
import type { Services } from '../../shared/runtime/function.ts'

export interface Ready {
  readonly resolver: Resolver
  readonly registration: Registration
  readonly meter: Meter
}

/** Answers the resolver of a type that the configuration names. */
export function createResolvers(services: Services): (type: string) => Promise<Ready> {
  const { kubernetes, fetch, clock, config, metrics } = services
  const { environment, folder } = config.resolution
  const { plainHttpRegistries } = config
  const tools: Tools = { kubernetes, fetch, clock, environment, plainHttpRegistries, folder }
  const ready = new Map<string, Promise<Ready>>()
  let meter: Promise<Meter> | undefined

  async function load(type: string): Promise<Ready> {
    const registration = RESOLVERS[type]
    if (registration === undefined) throw new Error(`${type} is no resolver here`)
    meter ??= metrics.registry().then(createMeter)
    const measured = await meter
    const resolver = withFramework(await registration.load(tools), {
      clock,
      note: use => measured.cache(type, use),
      timeout: registration.timeoutMs,
    })
    return { resolver, registration, meter: measured }
  }

  return type => {
    const known = ready.get(type) ?? load(type)
    ready.set(type, known)
    return known
  }
}
