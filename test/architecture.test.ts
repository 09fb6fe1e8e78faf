// The import rules of CONTRIBUTING.md, held against every file.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['functions', 'shared', 'local', 'cli']

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(folder, name))
}

/** Relative imports of a file, as paths from the root; `import type` counts only where it says so. */
function importsOf(file: string, types: boolean): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const statements = text.matchAll(/^(?:import|export)\s(type\s)?[^;'"]*?from\s+'(\.[^']+)'/gm)
  return [...statements]
    .filter(([, type]) => types || type === undefined)
    .map(([, , path]) => relative(ROOT, join(ROOT, dirname(file), path ?? '')))
}

const files = FOLDERS.flatMap(filesIn)
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

function functionOf(file: string): string | undefined {
  return /^functions\/([^/]+)\//.exec(file)?.[1]
}

describe('what may import what', () => {
  test.each([
    ['shared', ['functions', 'local', 'cli', 'bench', 'scripts', 'test']],
    ['functions', ['local', 'cli', 'bench', 'scripts', 'test']],
    ['local', ['cli', 'bench', 'scripts', 'test']],
    ['cli', ['bench', 'scripts', 'test']],
  ])('%s imports nothing of %j', (folder, forbidden) => {
    const broken = files
      .filter(file => file.startsWith(`${folder}/`))
      .flatMap(file => importsOf(file, true).map(path => `${file} imports ${path}`))
      .filter(line => forbidden.some(other => line.split(' imports ')[1]?.startsWith(`${other}/`)))
    expect(broken).toEqual([])
  })

  test('a function never imports another function', () => {
    const broken = files.flatMap(file =>
      importsOf(file, true)
        .filter(path => functionOf(file) !== undefined && functionOf(path) !== undefined)
        .filter(path => functionOf(path) !== functionOf(file))
        .map(path => `${file} imports ${path}`),
    )
    expect(broken).toEqual([])
  })

  test('decide.ts does no I/O', () => {
    const doors =
      /from '(node:(fs|http|https|net|child_process|dns)[^']*|undici|@kubernetes[^']*|faas-js-runtime)'|\bfetch\(|\bprocess\./
    const broken = files.filter(file => file.endsWith('/decide.ts')).filter(file => doors.test(read(file)))
    expect(broken).toEqual([])
  })

  test('process.env and Date.now are read in entry files only', () => {
    const ENTRIES = /(^|\/)main\.ts$/
    // A default that a caller may replace is a port, not a use.
    const uses = /process\.env\b|Date\.now\(\)/
    const broken = files
      .filter(file => !ENTRIES.test(file))
      .filter(file => uses.test(read(file).replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')))
    expect(broken).toEqual([])
  })

  test('no import goes in a circle', () => {
    const graph = new Map(files.map(file => [file, importsOf(file, false)]))
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      if (path.includes(file) || done.has(file)) return
      for (const next of graph.get(file) ?? []) visit(next, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(circles).toEqual([])
  })
})

describe('what a file is', () => {
  test('every file begins with a sentence', () => {
    expect(files.filter(file => !/^\/\/ \S/.test(read(file)))).toEqual([])
  })

  test('every file keeps to one thought', () => {
    expect(files.filter(file => read(file).split('\n').length > 200)).toEqual([])
  })

  test('no file has a name that says nothing', () => {
    expect(files.filter(file => /(^|\/)(utils?|helpers?|misc|common)(\/|\.ts$)/.test(file))).toEqual([])
  })
})
