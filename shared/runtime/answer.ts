// The one place where an HTTP request becomes an event, and a verdict or a breakdown becomes an HTTP answer.

import type { CloudEvent } from '../events/cloudevent.ts'
import { decode, encodeBinary } from '../events/codec.ts'
import { ANY } from '../events/contract.ts'
import { faultOf, KubernetesError } from '../kubernetes/errors.ts'
import { Fault, statusOf } from './fault.ts'
import { acceptsType, type Handler, type PlaybookFunction } from './function.ts'
import type { Log } from './log.ts'

export interface HttpRequest {
  /** The URL path; `/validate` addresses one function of several. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Uint8Array
}

export interface HttpAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export interface Served {
  readonly definition: PlaybookFunction
  readonly handle: Handler
}

/** A delivery that takes longer is answered 503, so that the Broker's own timeout never decides. */
const DEADLINE_MS = 25_000

function choose(served: readonly Served[], path: string, type: string): Served {
  const name = path.replace(/^\/+|[/?].*$/g, '')
  const isAddressed = (each: Served): boolean => each.definition.name === name
  const isOpen = (each: Served): boolean => served.length === 1 || !each.definition.accepts.includes(ANY)
  const candidates = served.filter(name === '' ? isOpen : isAddressed)
  const takers = candidates.filter(each => acceptsType(each.definition, type))
  const [taker] = takers
  if (taker !== undefined && takers.length === 1) return taker
  const names = served.map(each => each.definition.name).join(', ')
  const problem =
    takers.length > 1
      ? `Several functions take "${type}": post it to /${takers.map(each => each.definition.name).join(' or /')}.`
      : `No function at ${path} takes the type "${type}". This deployment serves ${names}; see the event catalogue.`
  throw new Fault('malformed', problem)
}

function withDeadline<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const fault = (): Fault =>
      new Fault('unavailable', `not done within ${DEADLINE_MS / 1000} s; it may be sent again`)
    const timer = setTimeout(() => reject(fault()), DEADLINE_MS)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function encodeReply(reply: CloudEvent | undefined): HttpAnswer {
  if (reply === undefined) return { statusCode: 204, headers: {}, body: '' }
  const { headers, body } = encodeBinary(reply)
  return { statusCode: 200, headers, body }
}

function asFault(error: unknown): unknown {
  return error instanceof KubernetesError ? faultOf(error) : error
}

/** To a tenth: what an operator compares, and no more digits than that. */
function millisecondsSince(began: number): number {
  return Math.round((performance.now() - began) * 10) / 10
}

/** Decodes, dispatches, encodes. Never throws; the retry table is `statusOf`. */
export async function answer(served: readonly Served[], request: HttpRequest, log: Log): Promise<HttpAnswer> {
  const began = performance.now()
  let event: CloudEvent | undefined
  try {
    event = decode(request.headers, request.body)
    const { definition, handle } = choose(served, request.path, event.type)
    const reply = await withDeadline(handle(event))
    log.info(
      {
        function: definition.name,
        type: event.type,
        id: event.id,
        subject: event.subject,
        reply: reply?.type,
        ms: millisecondsSince(began),
      },
      'handled',
    )
    return encodeReply(reply)
  } catch (thrown) {
    const error = asFault(thrown)
    const statusCode = statusOf(error)
    const message = error instanceof Error ? error.message : String(error)
    const ms = millisecondsSince(began)
    const seen = { type: event?.type, id: event?.id, subject: event?.subject, status: statusCode, ms }
    const detail = error instanceof Fault || !(error instanceof Error) ? {} : { stack: error.stack }
    log[statusCode === 500 ? 'error' : 'warn']({ ...seen, error: message, ...detail }, 'not handled')
    return { statusCode, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: message }
  }
}
