// One HTTP exchange with a registry, in a registry's words.

import { NetworkError, type NetworkReason } from '../network/error.ts'
import { createExchanger as createPlainExchanger, type Exchanger } from '../network/exchange.ts'
import { RegistryError, type RegistryReason } from './error.ts'

export type { Answer, Exchange, Exchanger } from '../network/exchange.ts'

const REASONS: Readonly<Record<NetworkReason, RegistryReason>> = {
  refused: 'invalid',
  invalid: 'invalid',
  tooLarge: 'tooLarge',
  unavailable: 'unavailable',
}

/** Wraps a `fetch`; `timeout` bounds one exchange in milliseconds, body included. Throws RegistryError only. */
export function createExchanger(fetch: typeof globalThis.fetch, timeout: number): Exchanger {
  const exchange = createPlainExchanger(fetch, timeout)
  return async call => {
    try {
      return await exchange(call)
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error
      throw new RegistryError(REASONS[error.reason], error.message, { cause: error })
    }
  }
}
