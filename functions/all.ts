// Every function there is; a deployment serves those that its environment names, and loads each once it listens.

import { FLOWS } from '../shared/events/contract.ts'
import type { Handler, PlaybookFunction } from '../shared/runtime/function.ts'

type Name = keyof typeof FLOWS

/** What a function needs, such as a schema compiler or a registry client, takes longer to load than the server. */
const LOADERS: Readonly<Record<Name, () => Promise<PlaybookFunction>>> = {
  register: async () => (await import('./register/index.ts')).register,
  validate: async () => (await import('./validate/index.ts')).validate,
  execute: async () => (await import('./execute/index.ts')).execute,
  notify: async () => (await import('./notify/index.ts')).notify,
  sweep: async () => (await import('./sweep/index.ts')).sweep,
  resolve: async () => (await import('./resolve/index.ts')).resolve,
  deadletter: async () => (await import('./deadletter/index.ts')).deadletter,
}

function deferred(name: Name): PlaybookFunction {
  return {
    name,
    accepts: FLOWS[name].takes,
    create: services => {
      let handler: Promise<Handler> | undefined
      const load = (): Promise<Handler> => {
        handler ??= LOADERS[name]().then(definition => definition.create(services))
        return handler
      }
      const handle: Handler = async event => (await load())(event)
      return Object.assign(handle, { warm: async () => (await load()).warm?.() })
    },
  }
}

const names = Object.keys(LOADERS) as Name[]

export const allFunctions: readonly PlaybookFunction[] = names.map(deferred)
