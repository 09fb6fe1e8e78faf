// Cron schedules and the PingSource.

import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { parseSchedule } from '../../../local/sources/cron.ts'
import type { PingSource } from '../../../local/sources/objects.ts'
import { startPingSource } from '../../../local/sources/ping.ts'
import { startSubscriber } from '../../conformance/broker.world.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe('parseSchedule', () => {
  // 2026-03-02 is a Monday.
  const rows: [string, string, boolean][] = [
    ['* * * * *', '2026-03-02T10:17:00Z', true],
    ['*/5 * * * *', '2026-03-02T10:15:00Z', true],
    ['*/5 * * * *', '2026-03-02T10:17:00Z', false],
    ['10-20/7 * * * *', '2026-03-02T10:17:00Z', true],
    ['15/2 * * * *', '2026-03-02T10:17:00Z', true],
    ['1,17 10 * * *', '2026-03-02T10:17:00Z', true],
    ['17 9 * * *', '2026-03-02T10:17:00Z', false],
    ['17 10 2 mar *', '2026-03-02T10:17:00Z', true],
    ['17 10 ? * MON-FRI', '2026-03-02T10:17:00Z', true],
    ['17 10 ? * sun', '2026-03-02T10:17:00Z', false],
    ['17 10 9 * mon', '2026-03-02T10:17:00Z', true],
    ['17 10 9 * tue', '2026-03-02T10:17:00Z', false],
    ['@hourly', '2026-03-02T10:00:00Z', true],
    ['@weekly', '2026-03-01T00:00:00Z', true],
    ['@daily', '2026-03-01T00:01:00Z', false],
  ]
  it.each(rows)('%s at %s: %s', (schedule, at, expected) => {
    expect(parseSchedule(schedule).matches(new Date(at))).toBe(expected)
  })

  it('reads the clock of its time zone', () => {
    const { matches } = parseSchedule('0 9 * * *', 'Asia/Tokyo')
    expect(matches(new Date('2026-03-02T00:00:00Z'))).toBe(true)
    expect(matches(new Date('2026-03-02T09:00:00Z'))).toBe(false)
  })

  it.each([
    '',
    '* * * *',
    '60 * * * *',
    '* * 0 * *',
    '5-1 * * * *',
    '*/0 * * * *',
    'x * * * *',
    '1-2-3 * * * *',
    '@every 5m',
    '* * * jam *',
  ])('refuses "%s"', schedule => {
    expect(() => parseSchedule(schedule)).toThrow(RangeError)
  })
})

const SOURCE: PingSource = {
  metadata: { name: 'tick', namespace: 'default' },
  spec: { schedule: '*/2 * * * *', contentType: 'application/json', data: '{"sweep": true}' },
}

describe('startPingSource', () => {
  it('tick sends what the real source sends', async () => {
    const file = new URL('../../data/events/knative.sources.ping.json', import.meta.url)
    const { headers, body } = JSON.parse(readFileSync(file, 'utf8'))
    const sink = await startSubscriber('127.0.0.1')
    const ping = startPingSource({ source: SOURCE, sink: sink.url })
    closing.push(ping.close, sink.close)
    await ping.tick()
    const [got] = sink.received
    for (const name of ['ce-source', 'ce-type', 'ce-specversion', 'content-type'])
      expect(got?.headers[name]).toBe(headers[name])
    expect(got?.event.data).toStrictEqual(body)
  })

  it('fires on the minutes of its schedule', async () => {
    let now = new Date('2026-03-02T10:00:30Z').getTime()
    let sleeps = 0
    const parked = Promise.withResolvers<void>()
    const sink = await startSubscriber('127.0.0.1')
    const ping = startPingSource({
      source: SOURCE,
      sink: sink.url,
      clock: () => new Date(now),
      sleep: async (ms, signal) => {
        now += ms
        sleeps += 1
        if (sleeps < 5) return
        signal.addEventListener('abort', () => parked.resolve())
        await parked.promise
      },
    })
    closing.push(ping.close, sink.close)
    const received = await sink.waitFor(2)
    expect(received.map(({ event }) => event.time).toSorted()).toStrictEqual([
      '2026-03-02T10:02:00.000Z',
      '2026-03-02T10:04:00.000Z',
    ])
  })

  it('sends bytes, overrides, or nothing', async () => {
    const sink = await startSubscriber('127.0.0.1')
    const { schedule = '' } = SOURCE.spec
    for (const spec of [{ dataBase64: '/wA=', ceOverrides: { extensions: { team: 'a' } } }, {}]) {
      const ping = startPingSource({ source: { ...SOURCE, spec: { schedule, ...spec } }, sink: sink.url })
      closing.push(ping.close)
      await ping.tick()
    }
    closing.push(sink.close)
    const [bytes, nothing] = sink.received
    expect(bytes?.event).toMatchObject({ team: 'a', data: Buffer.from([0xff, 0]) })
    expect(nothing?.event).not.toHaveProperty('data')
  })
})
