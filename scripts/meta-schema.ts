// `shared/parameters/meta-schema.ts` compiled beforehand: the code that ajv otherwise writes at run time.

import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { DIALECT } from '../shared/parameters/from-list.ts'

/** An ES module, for a bundler since it requires a part of ajv, that exports `metaValidator`, as that file does. */
export function metaSchemaModule(): string {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    logger: false,
    code: { source: true, esm: true },
  })
  const validate = ajv.getSchema(DIALECT)
  if (validate === undefined) throw new Error(`ajv does not know the dialect ${DIALECT}`)
  // The package is CommonJS: its default export is there twice.
  const code = standalone.default(ajv, validate)
  return `${code}\nexport const metaValidator = () => validate\n`
}
