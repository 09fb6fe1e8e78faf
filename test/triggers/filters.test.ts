// WHEN each function runs: its Trigger lets through what the catalogue says that it takes, and nothing else.

import { describe, expect, it } from 'vitest'
import { allFunctions } from '../../functions/all.ts'
import { compileFilter } from '../../local/broker/filters.ts'
import type { Trigger } from '../../local/broker/objects.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { ANY, FLOWS, OBJECT_CHANGED, TYPE } from '../../shared/events/contract.ts'
import { acceptsType } from '../../shared/runtime/function.ts'
import { FOREIGN, triggers, WAKES } from './kit.ts'

function passes(trigger: Trigger | undefined, event: CloudEvent): boolean {
  if (trigger === undefined) return false
  const compiled = compileFilter(trigger.spec)
  if (!compiled.ok) throw new Error(compiled.reason)
  return compiled.filter(event) === 'pass'
}

const triggerOf = (name: string) => triggers.find(each => each.metadata.name === name)
const describeEvent = ({ type, subject = '', kind = '', source }: CloudEvent): string =>
  [type, subject, kind, source].filter(each => each !== '').join(' ')
const everything = [...Object.values(WAKES).flat(), ...FOREIGN]
const names = Object.keys(WAKES)

describe('every function', () => {
  it('has a Trigger of its name, or sources of its own, or is where dead letters go', () => {
    const expected = [...triggers.map(each => each.metadata.name), 'resolve', 'deadletter'].sort()
    expect(allFunctions.map(each => each.name).sort()).toEqual(expected)
    expect(Object.keys(FLOWS).sort()).toEqual(expected)
    expect([...names, 'resolve', 'deadletter'].sort()).toEqual(expected)
  })

  it.each(allFunctions)('$name accepts what the catalogue says', ({ name, accepts }) => {
    expect(accepts).toEqual(Object.entries(FLOWS).find(([each]) => each === name)?.[1].takes)
  })
})

describe.each(names)('the Trigger of %s', name => {
  const mine = WAKES[name] ?? []
  const others = everything.filter(event => !mine.some(each => describeEvent(each) === describeEvent(event)))

  it.each(mine.map(event => [describeEvent(event), event] as const))('lets through %s', (_, event) => {
    expect(passes(triggerOf(name), event)).toBe(true)
  })

  it('lets nothing else through', () => {
    expect(others.length).toBeGreaterThan(20)
    expect(others.filter(event => passes(triggerOf(name), event)).map(describeEvent)).toEqual([])
  })

  it('lets through only what the function accepts', () => {
    const definition = allFunctions.find(each => each.name === name)
    for (const { type } of mine)
      expect([type, definition && acceptsType(definition, type)]).toEqual([type, true])
  })

  it('lets through every type that the catalogue says the function takes', () => {
    const takes: readonly string[] = Object.entries(FLOWS).find(([each]) => each === name)?.[1].takes ?? []
    const changes = [TYPE.objectAdded, TYPE.objectUpdated, TYPE.objectDeleted]
    const expected = takes.flatMap(type => (type === OBJECT_CHANGED ? changes : [type]))
    expect(new Set(mine.map(each => each.type))).toEqual(new Set(expected))
    expect(takes).not.toContain(ANY)
  })

  it('is never passed by what the function itself replies', () => {
    const replies: readonly string[] =
      Object.entries(FLOWS).find(([each]) => each === name)?.[1].replies ?? []
    const attributes = [...mine, ...FOREIGN]
    const replied = replies.flatMap(type => attributes.map(event => ({ ...event, type })))
    expect(replied.filter(event => passes(triggerOf(name), event)).map(describeEvent)).toEqual([])
  })
})
