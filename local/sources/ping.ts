// A PingSource in this process: posts its data at each minute of its schedule, or when told to.

import { randomUUID } from 'node:crypto'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { parseSchedule } from './cron.ts'
import type { PingSource } from './objects.ts'
import { createSender, pause, type SourcePorts } from './send.ts'

export interface PingSourceOptions extends SourcePorts {
  readonly source: PingSource
}

export interface RunningPingSource {
  /** Fires now, whatever the schedule says; resolves when the event was taken or is lost. */
  readonly tick: () => Promise<void>
  /** Stops the schedule; resolves when nothing is being sent. */
  readonly close: () => Promise<void>
}

const MINUTE_MS = 60_000

/**
 * Starts a source. Unlike the real one it adds no jitter of up to 500 ms. Throws `RangeError` for a schedule or time zone
 * that is not one (knative/eventing, pkg/adapter/mtping).
 */
export function startPingSource(options: PingSourceOptions): RunningPingSource {
  const { source, clock = () => new Date(), sleep = pause } = options
  const { schedule = '* * * * *', timezone } = source.spec
  const { matches } = parseSchedule(schedule, timezone)
  const stop = new AbortController()
  const send = createSender(options, source.metadata.namespace ?? 'default', stop.signal)
  const tick = () => send(pingEvent(source, clock()))
  const run = async (): Promise<void> => {
    const sending = new Set<Promise<void>>()
    while (!stop.signal.aborted) {
      const next = nextMinute(clock())
      await sleep(next.getTime() - clock().getTime(), stop.signal)
      if (stop.signal.aborted) break
      // A timer may fire a moment early; the minute it was meant for is the one that counts.
      if (!matches(next)) continue
      const sent = tick().finally(() => sending.delete(sent))
      sending.add(sent)
    }
    await Promise.all(sending)
  }
  const ended = run()
  return {
    tick,
    close: async () => {
      stop.abort()
      await ended
    },
  }
}

function nextMinute(now: Date): Date {
  return new Date((Math.floor(now.getTime() / MINUTE_MS) + 1) * MINUTE_MS)
}

/** The event that a PingSource sends; without data it has none. */
function pingEvent({ metadata, spec }: PingSource, now: Date): CloudEvent {
  const data = dataOf(spec)
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: `/apis/v1/namespaces/${metadata.namespace ?? 'default'}/pingsources/${metadata.name}`,
    type: 'dev.knative.sources.ping',
    time: now.toISOString(),
    ...(data !== undefined && spec.contentType ? { datacontenttype: spec.contentType } : {}),
    ...spec.ceOverrides?.extensions,
    ...(data === undefined ? {} : { data }),
  }
}

function dataOf({ data, dataBase64 }: PingSource['spec']): Uint8Array | undefined {
  if (dataBase64) return Buffer.from(dataBase64, 'base64')
  return data ? Buffer.from(data) : undefined
}
