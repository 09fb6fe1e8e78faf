// What a Broker under test must offer, and the subscribers that the scenarios listen with.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { decode, encodeBinary } from '../../shared/events/codec.ts'

/** A Broker under test. Any Broker will do: the local one in both modes, or one in a cluster. */
export interface BrokerWorld {
  readonly namespace: string
  readonly broker: string
  /** The ingress without the path, so that unknown Brokers can be asked for. */
  readonly ingress: string
  /** The address that subscribers listen on and that the Broker reaches them at. */
  readonly host: string
  /** Whether a POST returns only after its deliveries. */
  readonly synchronous: boolean
  /** Applies Triggers and resolves once they receive events. */
  readonly apply: (triggers: readonly TriggerObject[]) => Promise<void>
}

/** A Trigger as it is written in YAML. */
export interface TriggerObject {
  readonly apiVersion: 'eventing.knative.dev/v1'
  readonly kind: 'Trigger'
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: { readonly broker: string; readonly subscriber: { readonly uri: string } }
}

/** What a subscriber got. */
export interface Received {
  readonly event: CloudEvent
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** A status, or a status with an event or raw body in reply. */
export type Reply = number | { readonly status: number; readonly event?: CloudEvent; readonly body?: string }

export interface Subscriber {
  readonly url: string
  readonly received: readonly Received[]
  /** Resolves with all that was received once there are at least so many. */
  readonly waitFor: (count: number) => Promise<readonly Received[]>
  readonly close: () => void
}

/** Starts a subscriber that answers each event as told; `count` is how many it has got, this one included. */
export async function startSubscriber(
  host: string,
  respond: (event: CloudEvent, count: number) => Reply | Promise<Reply> = () => 200,
): Promise<Subscriber> {
  const received: Received[] = []
  let arrived = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    const event = decode(request.headersDistinct, await buffer(request))
    received.push({ event, headers: request.headers })
    const reply = await respond(event, received.length)
    arrived.resolve()
    arrived = Promise.withResolvers<void>()
    const { status, event: answer, body } = typeof reply === 'number' ? { status: reply } : reply
    if (answer === undefined) {
      response.writeHead(status, body === undefined ? {} : { 'content-type': 'text/plain' }).end(body)
      return
    }
    const message = encodeBinary(answer)
    response.writeHead(status, message.headers).end(message.body)
  }).listen(0, host)
  await once(server, 'listening')
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/`,
    received,
    waitFor: async count => {
      while (received.length < count) await arrived.promise
      return received
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
