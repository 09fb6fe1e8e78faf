// Everyone is told once: across retries, a receiver that is down, tellers at the same time, and one that died.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { News, Receiver } from '../../../shared/channels/receiver.ts'
import { slackReceiver } from '../../../shared/channels/slack.ts'
import { tellAll } from '../../../shared/channels/tell.ts'
import { webhookReceiver } from '../../../shared/channels/webhook.ts'
import { type Endpoint, memoryLedger, newsOf, startEndpoint } from './kit.ts'

let webhook: Endpoint
let slack: Endpoint
let time = 1_000_000
const clock = { now: () => time }

beforeEach(async () => {
  webhook = await startEndpoint()
  slack = await startEndpoint()
})
afterEach(() => Promise.all([webhook.close(), slack.close()]))

function receivers(): Receiver[] {
  return [
    webhookReceiver({ url: webhook.url, secret: 'a secret of some length', fetch, clock }),
    slackReceiver({ url: slack.url, fetch }),
  ]
}

const counts = (): number[] => [webhook.received.length, slack.received.length]

describe('tellAll', () => {
  it('tells every receiver, and nobody a second time', async () => {
    const telling = { receivers: receivers(), ledger: memoryLedger(), clock }
    expect(await tellAll(telling, newsOf())).toBe('everyone')
    expect(await tellAll(telling, newsOf())).toBe('everyone')
    expect(counts()).toEqual([1, 1])
    expect(telling.ledger.entries()).toEqual({
      webhook: { state: 'told', at: time },
      slack: { state: 'told', at: time },
    })
  })

  it.each([408, 429, 500, 503])(
    'a receiver that answers %i is told next time, the others are not',
    async status => {
      const telling = { receivers: receivers(), ledger: memoryLedger(), clock }
      slack.answer = { status }
      expect(await tellAll(telling, newsOf())).toBe('not yet')
      slack.answer = { status: 200 }
      expect(await tellAll(telling, newsOf())).toBe('everyone')
      expect(counts()).toEqual([1, 2])
    },
  )

  it('a receiver that is not there is told when it is', async () => {
    const ledger = memoryLedger()
    const gone = await startEndpoint()
    await gone.close()
    const down = slackReceiver({ url: gone.url, fetch })
    const [first = down] = receivers()
    expect(await tellAll({ receivers: [first, down], ledger, clock }, newsOf())).toBe('not yet')
    expect(await tellAll({ receivers: receivers(), ledger, clock }, newsOf())).toBe('everyone')
    expect(counts()).toEqual([1, 1])
  })

  it.each([400, 401, 403, 404, 410, 307])(
    'a final no (%i) is not repeated, and it is kept why',
    async status => {
      const telling = { receivers: receivers(), ledger: memoryLedger(), clock }
      slack.answer = { status, text: 'no_service', headers: { location: webhook.url } }
      expect(await tellAll(telling, newsOf())).toBe('everyone')
      expect(await tellAll(telling, newsOf())).toBe('everyone')
      expect(counts()).toEqual([1, 1])
      expect(telling.ledger.entries().slack).toEqual({
        state: 'refused',
        at: time,
        why: `Slack answered ${status}: no_service`,
      })
    },
  )

  it('tells a receiver that is new since last time', async () => {
    const ledger = memoryLedger({ webhook: { state: 'told', at: 1 } })
    expect(await tellAll({ receivers: receivers(), ledger, clock }, newsOf())).toBe('everyone')
    expect(counts()).toEqual([0, 1])
  })

  it('tells once when many tell at the same time', async () => {
    const ledger = memoryLedger()
    const tellers = Array.from({ length: 5 }, () =>
      tellAll({ receivers: receivers(), ledger, clock }, newsOf()),
    )
    const answers = await Promise.all(tellers)
    expect(counts()).toEqual([1, 1])
    expect(answers).toContain('everyone')
    expect(await tellAll({ receivers: receivers(), ledger, clock }, newsOf())).toBe('everyone')
    expect(counts()).toEqual([1, 1])
  })
})

describe('a claim', () => {
  const CLAIM_MS = 60_000

  it('of a teller that lives is respected', async () => {
    const ledger = memoryLedger({ webhook: { state: 'claimed', at: time - CLAIM_MS + 1 } })
    expect(await tellAll({ receivers: receivers(), ledger, clock }, newsOf())).toBe('not yet')
    expect(counts()).toEqual([0, 1])
  })

  it('of a teller that died runs out, and the receiver sees the same event again', async () => {
    const ledger = memoryLedger({ webhook: { state: 'claimed', at: time - CLAIM_MS } })
    expect(await tellAll({ receivers: receivers(), ledger, clock }, newsOf())).toBe('everyone')
    expect(counts()).toEqual([1, 1])
    expect(webhook.received[0]?.headers['webhook-id']).toBe(newsOf().event.id)
  })

  it('that ran out does not undo what somebody else has told meanwhile', async () => {
    const ledger = memoryLedger()
    const answered = Promise.withResolvers<void>()
    const slow = { name: 'slow', tell: (_: News) => answered.promise }
    const quick = { name: 'slow', tell: async (_: News) => undefined }
    const first = tellAll({ receivers: [slow], ledger, clock }, newsOf())
    await expect.poll(() => ledger.entries().slow?.state).toBe('claimed')
    time += CLAIM_MS
    expect(await tellAll({ receivers: [quick], ledger, clock }, newsOf())).toBe('everyone')
    answered.reject(new Error('too late'))
    expect(await first).toBe('everyone')
    expect(ledger.entries().slow).toEqual({ state: 'told', at: time })
  })

  it('that ran out is not given back for somebody else who has claimed since', async () => {
    const ledger = memoryLedger()
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
    const teller = (gate: (typeof gates)[number]): Promise<string> => {
      const receivers = [{ name: 'slow', tell: (_: News) => gate.promise }]
      return tellAll({ receivers, ledger, clock }, newsOf())
    }
    const start = time
    const first = teller(gates[0])
    await expect.poll(() => ledger.entries().slow?.at).toBe(start)
    time += CLAIM_MS
    const second = teller(gates[1])
    await expect.poll(() => ledger.entries().slow?.at).toBe(start + CLAIM_MS)
    gates[0].reject(new Error('too late'))
    expect(await first).toBe('not yet')
    expect(ledger.entries().slow).toEqual({ state: 'claimed', at: start + CLAIM_MS })
    gates[1].resolve()
    expect(await second).toBe('everyone')
  })
})
