// Every function there is; a deployment serves those that its environment names.

import { FLOWS } from '../shared/events/contract.ts'
import type { Handler, PlaybookFunction } from '../shared/runtime/function.ts'
import { deadletter } from './deadletter/index.ts'
import { execute } from './execute/index.ts'
import { notify } from './notify/index.ts'
import { sweep } from './sweep/index.ts'
import { validate } from './validate/index.ts'

/** Reading bundles takes a registry client, tar, gzip and YAML: loaded with the first event that needs them. */
const register: PlaybookFunction = {
  name: 'register',
  accepts: FLOWS.register.takes,
  create: services => {
    let handler: Promise<Handler> | undefined
    return async event => {
      handler ??= import('./register/index.ts').then(module => module.register.create(services))
      return (await handler)(event)
    }
  },
}

export const allFunctions: readonly PlaybookFunction[] = [
  register,
  validate,
  execute,
  notify,
  sweep,
  deadletter,
]
