// Regular expressions from strangers, matched in linear time: no pattern and no value can keep the process busy.

import { RE2JS } from 're2js'

export interface Tester {
  readonly test: (text: string) => boolean
  readonly toString: () => string
}

/** ECMAScript writes a code point `\u0041` or `\u{41}`, RE2 `\x{41}`; a pair of backslashes before it is itself. */
function translate(pattern: string): string {
  return pattern.replace(/\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]+)\}|.)/gs, (whole, four, braced) => {
    const hex: string | undefined = four ?? braced
    return hex === undefined ? whole : `\\x{${hex}}`
  })
}

/**
 * A pattern of a JSON Schema, in RE2's syntax, which Kubernetes uses for its own
 * (https://github.com/google/re2/wiki/Syntax): ECMAScript's without look-around and back references. Throws an Error that
 * names what is not supported.
 */
export function linearPattern(pattern: string): Tester {
  const expression = RE2JS.compile(translate(pattern))
  return { test: text => expression.test(text), toString: () => `re2:${pattern}` }
}

/** ajv's `code.regExp` (https://ajv.js.org/options.html#code); the text is only for schemas written to files. */
export const linearEngine = Object.assign((pattern: string) => linearPattern(pattern), { code: 'new RegExp' })
