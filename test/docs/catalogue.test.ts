// What the documents say of events, variables and files is what the code has.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { allFunctions } from '../../functions/all.ts'
import { eventsDocument, eventTable } from '../../scripts/describe-events.ts'
import { splice } from '../../scripts/splice.ts'
import { markdownFiles, ROOT, readText, tableRows } from './markdown.ts'

/** The words in code style in the first column of a section's tables. */
function firstColumn(file: string, heading: string): string[] {
  const [, section = ''] = readText(file).split(heading)
  const rows = tableRows(section.split(/^#/m)[0] ?? '')
  return rows.flatMap(([first = '']) => [...first.matchAll(/`([^`]+)`/g)].map(match => match[1] ?? ''))
}

test('the README has the events of today; `node scripts/catalogue.ts` writes them', () => {
  const readme = readText('README.md')
  expect(readme).toBe(splice(readme, 'events', eventTable()))
})

test('docs/events.md is up to date; `node scripts/catalogue.ts` writes it', () => {
  expect(readText('docs/events.md')).toBe(eventsDocument())
})

test('every variable that is read is explained, and none else', () => {
  const read = readText('shared/runtime/config.ts').matchAll(/\benv\.([A-Z_]+)|\benv, '([A-Z_]+)'/g)
  const names = new Set([...read].map(([, dotted, passed]) => dotted ?? passed))
  expect(names.size).toBeGreaterThan(5)
  expect(new Set(firstColumn('README.md', '## Configuration'))).toEqual(names)
})

test('every field of a Playbook is explained, and none else', () => {
  const { spec } = parse(readText('triggers/crd-playbook.yaml')) as {
    spec: { versions: { schema: { openAPIV3Schema: { properties: { spec: { properties: object } } } } }[] }
  }
  const fields = Object.keys(spec.versions[0]?.schema.openAPIV3Schema.properties.spec.properties ?? {})
  expect(fields).toContain('bundle')
  const [, table = ''] = /(\| field of `spec`[\s\S]*?)\n\n/.exec(readText('docs/concepts.md')) ?? []
  const explained = tableRows(table).flatMap(([first = '']) => first.replaceAll('`', '').split(', '))
  expect(explained.sort()).toEqual(fields.sort())
})

test('every function is in the picture', () => {
  const [, picture = ''] = /```mermaid\n([\s\S]*?)```([\s\S]*?)## Try it/.exec(readText('README.md')) ?? []
  const around = readText('README.md').split('## Try it')[0] ?? ''
  expect(picture).toContain('validate')
  expect(allFunctions.map(each => each.name).filter(name => !around.includes(name))).toEqual([])
})

const links = markdownFiles().flatMap(file =>
  [...readText(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(match => match[1] ?? '')
    .filter(link => !/^[a-z]+:/.test(link))
    .map(link => [file, link] as const),
)

describe('links lead somewhere', () => {
  test('there are some', () => expect(links.length).toBeGreaterThan(20))

  test.each(links)('%s links to %s', (file, link) => {
    expect(existsSync(join(ROOT, dirname(file), link))).toBe(true)
  })
})

test('decision records are short and of one form', () => {
  const records = markdownFiles().filter(file => file.startsWith('docs/decisions/'))
  expect(records.length).toBeGreaterThan(10)
  for (const file of records) {
    const headings = [...readText(file).matchAll(/^## (.*)$/gm)].map(match => match[1])
    expect([file, headings.filter(heading => heading !== 'Options')]).toEqual([
      file,
      ['Context', 'Decision', 'Consequence'],
    ])
    expect(readText(file).split('\n').length, file).toBeLessThan(40)
  }
})
