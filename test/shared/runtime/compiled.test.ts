// A file and the code that V8 made of it: what runs is the file, whatever the code is worth.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeFileOf, compileFile } from '../../../shared/runtime/compiled.ts'

const WRITER = new URL('../../../scripts/code.ts', import.meta.url).pathname

let folder = ''
let file = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compiled-'))
  file = join(folder, 'main.cjs')
  writeFileSync(file, SOURCE)
})

afterEach(() => rmSync(folder, { recursive: true }))

const SOURCE = 'exports.answer = () => 42\nexports.where = () => new Error().stack\n'

function makeCode(): Buffer {
  execFileSync(process.execPath, ['--random-seed=1', WRITER, file])
  return readFileSync(codeFileOf(file))
}

let code: Buffer | undefined

/** Made once: it is of the text, wherever that is. */
function writeCode(): void {
  code ??= makeCode()
  writeFileSync(codeFileOf(file), code)
}

function run(script: ReturnType<typeof compileFile>): { answer: () => number; where: () => string } {
  const exports = { answer: () => 0, where: () => '' }
  script.runInThisContext().call(exports, exports)
  return exports
}

describe('a file without code', () => {
  it('runs', () => {
    const script = compileFile(file)
    expect(script.cachedDataRejected).toBeUndefined()
    expect(run(script).answer()).toBe(42)
  })

  it('keeps its lines and its name in stacks', () => {
    expect(run(compileFile(file)).where()).toContain(`${file}:2:`)
  })
})

describe('a file with code', () => {
  it('runs from it', () => {
    writeCode()
    const script = compileFile(file)
    expect(script.cachedDataRejected).toBe(false)
    expect(run(script).answer()).toBe(42)
    expect(run(script).where()).toContain(`${file}:2:`)
  })

  it('has the same code each time', () => {
    expect(makeCode()).toEqual(makeCode())
  })

  it.each([
    ['of a file that has changed since', () => writeFileSync(file, 'exports.answer = () => 4 + 3\n'), 7],
    ['that is broken', () => writeFileSync(codeFileOf(file), 'nothing that V8 wrote'), 42],
    ['that is empty', () => writeFileSync(codeFileOf(file), ''), 42],
  ])('%s runs all the same', (_, change, answer) => {
    writeCode()
    change()
    const script = compileFile(file)
    expect(script.cachedDataRejected).toBe(true)
    expect(run(script).answer()).toBe(answer)
  })

  it('names it by what made it, so that no other Node and no other processor looks at it', () => {
    const made = `${process.version}-${process.platform}-${process.arch}`
    expect(codeFileOf('/app/dist/main.cjs')).toBe(`/app/dist/main.cjs.${made}.code`)
  })
})
