// Blocks of YAML and JSON, and lines that call `playbook`: what reads them takes them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { createProgram } from '../../cli/program.ts'
import { readObjects } from '../../local/world/manifests.ts'
import { call, makeScratch, shellOf } from '../cli/kit.ts'
import { type Block, blocksOf, markdownFiles, ROOT, readText } from './markdown.ts'

const blocks = markdownFiles()
  .filter(file => file.startsWith('docs/') || file === 'README.md')
  .flatMap(blocksOf)

const named = ({ file, text }: Block): readonly [string, string] => [
  `${file}: ${text.split('\n', 3).join(' ').slice(0, 60)}`,
  text,
]

test.each(blocks.filter(({ language }) => language === 'yaml').map(named))('%s… is YAML', (_, text) => {
  for (const document of parseAllDocuments(text)) expect(document.errors).toEqual([])
})

test.each(blocks.filter(({ language }) => language === 'json').map(named))('%s… is JSON', (_, text) => {
  expect(JSON.parse(text)).toBeTypeOf('object')
})

describe('docs/playbook-format.md is a playbook', () => {
  const shown = (mark: string): string =>
    blocksOf('docs/playbook-format.md').find(({ marks }) => marks.includes(mark))?.text ?? ''

  test('that lints without a finding, and whose test case is met', async () => {
    await using scratch = await makeScratch()
    await scratch.put('scale/pipeline.yaml', shown('pipeline'))
    await scratch.put('scale/playbook-schema.json', shown('schema'))
    await scratch.put('scale/playbook.yaml', shown('playbook'))
    const testCase = await scratch.put('scale/test-case.yaml', shown('test-case'))
    const folder = join(scratch.folder, 'scale')
    const lint = await call(['lint', folder, '--fail-on', 'note', '-o', 'json'])
    expect(JSON.parse(lint.out).findings).toEqual([])
    const rehearsed = await call(['rehearse', testCase, '--playbooks', folder], { now: Date.now() })
    expect(rehearsed).toMatchObject({ code: 0 })
  })
})

test('the Broker of another class differs from ours in nothing else', () => {
  const [block] = blocksOf('docs/operations.md').filter(({ marks }) => marks.includes('broker'))
  const { metadata, spec } = parse(block?.text ?? '')
  const [ours] = readObjects(readText('triggers/broker.yaml'))
  const { annotations: _, ...place } = metadata
  const { config: __, ...rest } = spec
  expect(place).toEqual(ours?.metadata)
  expect({ spec: rest }).toMatchObject({ spec: (ours as unknown as { spec: object }).spec })
})

/** Words of a line as a shell has them, as far as the documents need; undefined for what only a shell can tell. */
function wordsOf(line: string): string[] | undefined {
  const [, rest] = /^(?:[A-Z_]+=\S+ )?playbook (.*)$/.exec(line) ?? []
  if (rest === undefined || /[|<>`]|\$\(/.test(rest)) return undefined
  return [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

const calls = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ file, text }) => text.split('\n').map(line => [file, line] as const))
  .flatMap(([file, line]) => {
    const words = wordsOf(line)
    return words === undefined ? [] : [[file, line, words] as const]
  })

test('there are many calls', () => expect(calls.length).toBeGreaterThan(30))

test.each(calls)('%s: %s is understood', async (_, __, words) => {
  const { shell, said } = shellOf({})
  const program = createProgram(shell, { code: 0 })
  let isCalled = false
  for (const command of program.commands)
    command.action(() => {
      isCalled = true
    })
  await program.parseAsync(words, { from: 'user' })
  expect({ isCalled, ...said }).toEqual({ isCalled: true, out: '', err: '' })
})

test('every page of the documentation is in the sidebar', () => {
  const config = readFileSync(join(ROOT, 'docs/.vitepress/config.ts'), 'utf8')
  const pages = markdownFiles().flatMap(file => /^docs\/([\w-]+)\.md$/.exec(file)?.[1] ?? [])
  expect(pages.filter(page => page !== 'index' && !config.includes(`'${page}'`))).toEqual([])
})
