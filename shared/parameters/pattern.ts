// Regular expressions from strangers: run with a time limit, because JavaScript's engine may backtrack for ever.

import vm from 'node:vm'

const LIMIT_MILLISECONDS = 200

interface Tester {
  readonly test: (text: string) => boolean
  readonly toString: () => string
}

const script = new vm.Script('pattern.test(text)')
let context: vm.Context | undefined

/** What ajv calls for each `pattern`; it tells them apart by their text. A pattern that takes too long does not match. */
export function timedPattern(pattern: string, flags: string): Tester {
  const expression = new RegExp(pattern, flags)
  return {
    toString: () => `timed:${expression}`,
    test: text => {
      context ??= vm.createContext(Object.create(null))
      Object.assign(context, { pattern: expression, text })
      try {
        return script.runInContext(context, { timeout: LIMIT_MILLISECONDS }) === true
      } catch (error) {
        // The error is made in the other context, so it is no instance of this one's Error.
        const code: unknown =
          typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
        if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false
        throw error
      }
    },
  }
}

/** ajv's `code.regExp` (https://ajv.js.org/options.html#code); the text is only for schemas written to files. */
export const timedEngine = Object.assign(timedPattern, { code: 'new RegExp' })
