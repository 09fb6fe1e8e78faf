// The data of an event that another function sent is held against its schema before anybody believes it.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkedData } from '../../../shared/events/check.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { FLOWS, isOurType, schemaAddress, TYPE } from '../../../shared/events/contract.ts'
import { faultOf } from './fault-of.ts'

function exampleOf(type: string): Record<string, unknown> {
  const name = `../../../shared/events/examples/${type.slice('io.kubernaut.'.length)}.json`
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
}

function eventOf(type: string, data: unknown): CloudEvent {
  return { specversion: '1.0', id: '1', source: '/s', type, dataschema: schemaAddress(type), data }
}

/** Ours that some function takes; an analysis has any shape, and `shared/analysis` reads it. */
const taken = Object.values(FLOWS)
  .flatMap(({ takes }): readonly string[] => takes)
  .filter(type => isOurType(type) && type !== TYPE.analysisCompleted)

describe.each(taken)('the data of %s', type => {
  it('passes as it is', () => {
    const data = exampleOf(type)
    expect(checkedData(eventOf(type, data))).toBe(data)
  })

  it.each([
    ['missing', undefined],
    ['null', null],
    ['text', '{}'],
    ['bytes', new Uint8Array([1])],
    ['an empty object', {}],
    ['a list', []],
  ])('is malformed when it is %s', (_, data) => {
    const fault = faultOf(() => checkedData(eventOf(type, data)))
    expect(fault.kind).toBe('malformed')
    expect(fault.message).toContain(type)
    expect(fault.message).toContain(schemaAddress(type))
  })

  it('may hold more than is known today', () => {
    const data = { ...exampleOf(type), new: { in: 'the next version' } }
    expect(checkedData(eventOf(type, data))).toBe(data)
  })
})

describe('a refusal', () => {
  it('names everything that is wrong, each with its place', () => {
    const data = {
      ...exampleOf(TYPE.validated),
      playbook: { namespace: '', name: 'a', version: '1' },
      notes: [1],
    }
    const { message } = faultOf(() => checkedData(eventOf(TYPE.validated, data)))
    expect(message).toMatch(/data\/playbook must have required property 'digest'/)
    expect(message).toMatch(/data\/playbook\/namespace must/)
    expect(message).toMatch(/data\/notes\/0 must be string/)
  })

  it('of a type that nobody takes is our own bug', () => {
    expect(faultOf(() => checkedData(eventOf(TYPE.started, exampleOf(TYPE.started)))).kind).toBe('bug')
  })
})
