// The Fault that something throws.

import { Fault } from '../../../shared/runtime/fault.ts'

/** Throws what is not a Fault, and an error where nothing was thrown. */
export function faultOf(act: () => unknown): Fault {
  try {
    act()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
