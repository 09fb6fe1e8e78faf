// Every real analysis, sent through the whole local world, ends in a definite verdict: nothing crashes, nothing is silent.

import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from '../../local/world/world.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { emit } from '../../shared/events/emit.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import { createLog } from '../../shared/runtime/log.ts'

const FOLDER = new URL('../data/analyses/', import.meta.url)
const seen: CloudEvent[] = []
let world: World

beforeAll(async () => {
  world = await startWorld({ log: createLog('silent'), onEvent: event => seen.push(event) })
})

afterAll(() => world.close())

test.each(readdirSync(FOLDER))('%s', async file => {
  const event = {
    specversion: '1.0',
    id: file,
    source: '/analysis-service',
    type: TYPE.analysisCompleted,
    datacontenttype: 'application/json',
    data: JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')),
  } as CloudEvent
  await emit(globalThis.fetch, world.sink, event)
  const answers = seen.filter(each => each.correlationid === correlationOf(event))
  expect(answers.map(answer => answer.type)).toEqual([TYPE.rejected])
  expect(answers.map(answer => (answer.data as { message: string }).message).join()).toMatch(/\S.*\.$/s)
})
