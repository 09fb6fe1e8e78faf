// A way in between a function and the API server: to look, to interfere, or to die.

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import type { Resource } from '../../shared/kubernetes/resources.ts'

/** Called before a call is sent; what it throws is what the function gets. */
export type Before = (verb: string, resource: Resource) => void | Promise<void>

/** The same API, with something that happens before each call. */
export function hooked(kubernetes: Kubernetes, before: Before): Kubernetes {
  return new Proxy(kubernetes, {
    get(target, verb) {
      const method: unknown = Reflect.get(target, verb)
      if (typeof method !== 'function') return method
      return async (...given: [Resource, ...unknown[]]) => {
        await before(String(verb), given[0])
        return Reflect.apply(method, target, given)
      }
    },
  })
}

/** Lets as many calls through as given, and fails every later one: what a process does that dies there. */
export function dyingAfter(kubernetes: Kubernetes, calls: number): Kubernetes {
  let count = 0
  return hooked(kubernetes, () => {
    count += 1
    if (count > calls) throw new Error('the process has died')
  })
}

/** Runs something once, before the first call that fits. */
export function interrupted(
  kubernetes: Kubernetes,
  at: readonly [verb: string, kind: string],
  interrupt: () => Promise<unknown>,
): Kubernetes {
  let done = false
  return hooked(kubernetes, async (verb, { kind }) => {
    if (done || verb !== at[0] || kind !== at[1]) return
    done = true
    await interrupt()
  })
}
