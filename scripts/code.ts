// Writes V8's code for a bundle beside it: `node --random-seed=1 scripts/code.ts FILE`; with the seed the same bundle has the same code.

import { rmSync, writeFileSync } from 'node:fs'
import { codeFileOf, compileFile } from '../shared/runtime/compiled.ts'

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('Name the bundle.')
// Code made from code is another.
rmSync(codeFileOf(file), { force: true })
const code = compileFile(file).createCachedData()
writeFileSync(codeFileOf(file), code)
console.log(`${codeFileOf(file)}  ${(code.length / 1024 / 1024).toFixed(1)} MB`)
