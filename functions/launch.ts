// What an image starts: the bundle of main.ts beside it, without parsing it where the same Node made the code for it.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { compileFile } from '../shared/runtime/compiled.ts'

const bundle = join(__dirname, 'main.cjs')
const module = { exports: {} }

const run: (...given: unknown[]) => void = compileFile(bundle).runInThisContext()
run.call(module.exports, module.exports, createRequire(bundle), module, bundle, __dirname)
