// A CommonJS file compiled with the code that V8 made of it beforehand, so that a process need not parse it again.

import { existsSync, readFileSync } from 'node:fs'
import { Script } from 'node:vm'

/** What Node itself puts around a CommonJS file; on its first line, so that lines keep their numbers. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname) { ', '\n})'] as const

/**
 * Where the code for a file lies, by the Node that made it: V8 refuses another version's code by itself, but knows
 * nothing of processors (https://nodejs.org/api/vm.html#scriptcreatecacheddata).
 */
export function codeFileOf(file: string): string {
  return `${file}.${process.version}-${process.platform}-${process.arch}.code`
}

/** Compiles a file, with its code where this Node has one; the completion value is the module's function. */
export function compileFile(file: string): Script {
  const source = WRAPPER.join(readFileSync(file, 'utf8'))
  const code = codeFileOf(file)
  return new Script(source, {
    filename: file,
    ...(existsSync(code) ? { cachedData: readFileSync(code) } : {}),
  })
}
