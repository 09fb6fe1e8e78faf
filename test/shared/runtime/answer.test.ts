// One request to a deployment, one answer: the same table in this process and over a socket.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { deployment, echo, JSON_TYPE, ofType, ROWS } from './answer.rows.ts'
import { eventHeaders, functionNamed, inProcess, overSocket, textOf, type World } from './kit.ts'

describe.each([
  ['in this process', inProcess],
  ['over a socket', overSocket],
])('a deployment %s', (_, start) => {
  let world: World
  beforeAll(async () => {
    world = await start(deployment)
  })
  afterAll(() => world.close())

  it.each(ROWS)('%s', async (_name, ask, status, text) => {
    const answered = await world.ask(ask)
    expect([answered.statusCode, textOf(answered)]).toEqual([status, expect.stringMatching(text)])
    if (status >= 400) expect(answered.headers['content-type']).toBe('text/plain; charset=utf-8')
  })

  it('answers with the reply as a whole event in binary mode', async () => {
    const { headers, body } = await world.ask({ headers: eventHeaders(JSON_TYPE), body: '"hi"' })
    expect(headers).toMatchObject({
      'ce-specversion': '1.0',
      'ce-id': expect.stringMatching(/^[0-9a-f]{40}$/),
      'ce-type': 'io.kubernaut.example.v1',
      'ce-source': '/playbook-functions/echo',
      'ce-subject': 'rem-1',
      'ce-causationid': '1',
      'content-type': 'application/json',
    })
    expect(textOf({ statusCode: 200, headers, body })).toBe('{"heard":"hi"}')
  })

  it('answers a redelivery with the same event', async () => {
    const [first, second] = [
      await world.ask(ofType('example.asked')),
      await world.ask(ofType('example.asked')),
    ]
    expect(first.headers['ce-id']).toBe(second.headers['ce-id'])
  })
})

describe('a deployment of one function', () => {
  const seen: CloudEvent[] = []
  const deadletter = functionNamed('deadletter', ['*'], async event => {
    seen.push(event)
    return undefined
  })

  it('that takes everything takes it without a path, too', async () => {
    const world = await inProcess([deadletter])
    expect(await world.ask(ofType('example.unknown'))).toMatchObject({ statusCode: 204 })
    expect(seen).toMatchObject([{ type: 'example.unknown' }])
  })

  it('still is not reached by the path of another', async () => {
    const world = await inProcess([echo])
    expect(await world.ask(ofType('example.asked', '/execute'))).toMatchObject({ statusCode: 400 })
  })
})
