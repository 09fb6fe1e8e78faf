// Names and durations as Tekton derives and prints them, held against its own golden values.

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../../local/tekton/duration.ts'
import { childName, resolutionRequestName } from '../../../local/tekton/names.ts'

test('a child is named after its parent while there is room', () => {
  expect(childName('seed-run-3', '-execute-playbook')).toBe('seed-run-3-execute-playbook')
  expect(childName('a'.repeat(40), `-${'b'.repeat(22)}`)).toBe(`${'a'.repeat(40)}-${'b'.repeat(22)}`)
})

test.each([
  ['a long parent', 'asdf'.repeat(16), '-f', `${'asdf'.repeat(7)}a`, '-f'],
  ['a run of this system', `rem-${'0'.repeat(40)}`, '-execute-playbook-please', 'rem-000', '-execute-playbook-please'],
])('%s is cut around a hash', (_, parent, suffix, start, end) => {
  const name = childName(parent, suffix)
  expect(name).toHaveLength(63)
  expect(name).toMatch(new RegExp(`^${start}[0-9a-f]{32}${end}$`))
})

test('a suffix too long for itself is hashed with its parent', () => {
  const name = childName('run', `-${'x'.repeat(62)}`)
  expect(name).toMatch(/^run[0-9a-f]{32}-x{27}$/)
  expect(name).toHaveLength(63)
})

test('two long parents with the same start have different children', () => {
  expect(childName(`${'a'.repeat(62)}1`, '-t')).not.toBe(childName(`${'a'.repeat(62)}2`, '-t'))
})

test('a ResolutionRequest without an owner and parameters is the hash of nothing', () => {
  expect(resolutionRequestName('prefix', '', [])).toBe('prefix-6c62272e07bb014262b821756295c58d')
})

test('a long resolver name is cut to 30 characters, the hash is kept whole', () => {
  expect(resolutionRequestName('a'.repeat(50), 'x', [])).toMatch(/^a{30}-[0-9a-f]{32}$/)
})

test('parameters count by name and not by place', () => {
  const [one, two] = [
    { name: 'one', value: '1' },
    { name: 'two', value: ['<', '>'] },
  ]
  const name = resolutionRequestName('r', 'ns/run', [one, two])
  expect(resolutionRequestName('r', 'ns/run', [two, one])).toBe(name)
  expect(resolutionRequestName('r', 'ns/other', [one, two])).not.toBe(name)
})

interface RequestEvent {
  readonly body: {
    readonly metadata: { readonly name: string; readonly ownerReferences: readonly { readonly name: string }[] }
    readonly spec: { readonly params: readonly { readonly name: string; readonly value: string }[] }
  }
}

const events = new URL('../../data/events/', import.meta.url)
const requests = readdirSync(events).filter(file => file.startsWith('knative.apiserver.resource.add'))

test.each(requests)('%s: a recorded request of a real cluster', file => {
  const { body }: RequestEvent = JSON.parse(readFileSync(new URL(file, events), 'utf8'))
  const owner = `default/${body.metadata.ownerReferences[0]?.name}`
  expect(resolutionRequestName('bundles', owner, body.spec.params)).toMatch(/^bundles-[0-9a-f]{32}$/)
})

test.each([
  ['1h0m0s', 3_600_000],
  ['1s', 1000],
  ['1m30s', 90_000],
  ['250ms', 250],
  ['0s', 0],
])('%s is %i ms, and is printed the same', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
  expect(formatDuration(milliseconds)).toBe(text)
})

test.each(['', 'soon', '1', '1d', '-1s x'])('%j is no duration', text => {
  expect(parseDuration(text)).toBeUndefined()
})
