// A closed loop of senders over kept-alive connections: each sends its next event when the last one was answered.

import { Pool } from 'undici'
import { type Answer, body, type Check, headersOf } from './event.ts'

export interface Load {
  /** Sends one event. Throws when the answer is not right. */
  readonly once: () => Promise<void>
  /** Events answered rightly per second. Throws at the first answer that is not right. */
  readonly measure: (durationMs: number) => Promise<number>
  /** How many were sent so far. */
  readonly sent: () => number
  readonly close: () => Promise<void>
}

const SENDERS = 16

/** A load on one URL; every answer is checked. */
export function createLoad(url: string, check: Check): Load {
  const { origin, pathname: path } = new URL(url)
  const pool = new Pool(origin, { connections: SENDERS, pipelining: 1 })
  let count = 0

  async function ask(): Promise<Answer> {
    count += 1
    const id = `event-${count}`
    const response = await pool.request({ method: 'POST', path, headers: headersOf(id), body })
    const type = response.headers['ce-type']
    return { id, status: response.statusCode, type: type?.toString(), body: await response.body.text() }
  }

  async function once(): Promise<void> {
    const wrong = check(await ask())
    if (wrong !== undefined) throw new Error(`${url} answered wrongly: ${wrong}`)
  }

  return {
    once,
    async measure(durationMs) {
      const startedAt = performance.now()
      const before = count
      await Promise.all(
        Array.from({ length: SENDERS }, async () => {
          while (performance.now() - startedAt < durationMs) await once()
        }),
      )
      return ((count - before) * 1_000) / (performance.now() - startedAt)
    },
    sent: () => count,
    close: () => pool.close(),
  }
}
