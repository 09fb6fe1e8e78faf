// A webhook that gets the CloudEvent itself, signed so that its owner can check who sent it.

import { createHmac } from 'node:crypto'
import type { CloudEvent } from '../events/cloudevent.ts'
import { encodeStructured } from '../events/codec.ts'
import { hashOf } from '../events/identity.ts'
import type { Clock } from '../runtime/clock.ts'
import { post } from './post.ts'
import type { Receiver } from './receiver.ts'

export interface WebhookOptions {
  readonly url: string
  readonly secret: string
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
}

const PREFIX = 'whsec_'

/** A secret as Standard Webhooks writes it, base64 after `whsec_`, stands for its bytes; any other for its text. */
function keyOf(secret: string): Buffer {
  return secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret)
}

/** The event's id, the same on a retry; hashed where a header or the signed text, which dots divide, cannot hold it. */
function messageId({ source, id }: CloudEvent): string {
  return /^[\x21-\x2D\x2F-\x7E]+$/.test(id) ? id : hashOf(source, id)
}

/**
 * The signature of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, base64, after `v1,`
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme).
 */
function sign(secret: string, message: { id: string; timestamp: number; body: string }): string {
  const content = `${message.id}.${message.timestamp}.${message.body}`
  return `v1,${createHmac('sha256', keyOf(secret)).update(content).digest('base64')}`
}

/** Structured mode, so that the signature covers every attribute. */
export function webhookReceiver({ url, secret, fetch, clock }: WebhookOptions): Receiver {
  return {
    name: 'webhook',
    async tell({ event }) {
      const { headers, body: bytes } = encodeStructured(event)
      const body = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString()
      const timestamp = Math.floor(clock.now() / 1000)
      const id = messageId(event)
      const signed = {
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': sign(secret, { id, timestamp, body }),
      }
      await post(fetch, { receiver: 'the webhook', url, headers: { ...headers, ...signed }, body })
    },
  }
}
