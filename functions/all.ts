// Every function there is; a deployment serves those that its environment names.

import type { PlaybookFunction } from '../shared/runtime/function.ts'
import { deadletter } from './deadletter/index.ts'
import { execute } from './execute/index.ts'
import { notify } from './notify/index.ts'
import { register } from './register/index.ts'
import { sweep } from './sweep/index.ts'
import { validate } from './validate/index.ts'

export const allFunctions: readonly PlaybookFunction[] = [
  register,
  validate,
  execute,
  notify,
  sweep,
  deadletter,
]
