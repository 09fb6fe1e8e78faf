// The meta-schema of JSON Schema 2020-12 as a function; compiling it takes longer than all the rest of a first event.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { DIALECT } from './from-list.ts'

let compiled: ValidateFunction | undefined

/** Tells whether a schema is one. `scripts/build.ts` bundles the compiled code in the place of this file. */
export function metaValidator(): ValidateFunction {
  compiled ??= new Ajv2020({ strict: false, allErrors: true, logger: false }).getSchema(DIALECT)
  if (compiled === undefined) throw new Error(`ajv does not know the dialect ${DIALECT}`)
  return compiled
}
