// One HTTP request to the API: its body read, its verb run, its answer or its watch written.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer, Call, Cluster } from './cluster.ts'
import { mediaType } from './decode.ts'
import { userOf } from './kubeconfig.ts'
import { jsonFromProtobuf, PROTOBUF } from './protobuf.ts'
import { act, answerPlainly, isWatch, targetOf } from './route.ts'
import { ApiError } from './status.ts'
import { watch } from './watch.ts'

const BODY_MAX = 3_145_728
const EMPTY = Buffer.alloc(0)

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  if (request.method === 'GET') return EMPTY
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= BODY_MAX) chunks.push(chunk)
  }
  if (size <= BODY_MAX) return Buffer.concat(chunks)
  const message = `Request entity too large: limit is ${BODY_MAX}`
  throw new ApiError({ code: 413, reason: 'RequestEntityTooLarge', message, details: {} })
}

function readable(bytes: Buffer, contentType = 'application/json') {
  if (mediaType(contentType) !== PROTOBUF || bytes.length === 0)
    return { text: bytes.toString(), contentType }
  return { text: jsonFromProtobuf(bytes), contentType: 'application/json' }
}

export function write(response: ServerResponse, { status, body, contentType, warnings = [] }: Answer): void {
  const headers: Record<string, string | readonly string[] | number> = {
    'content-type': contentType ?? 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-cache, private',
  }
  if (warnings.length > 0) headers.warning = warnings.map(text => `299 - ${JSON.stringify(text)}`)
  response.writeHead(status, headers as Record<string, string>).end(body)
}

/** An ApiError as its own answer; anything else is a fault of ours, and 500. */
export function refusal(error: unknown): Answer {
  if (error instanceof ApiError) return { status: error.code, body: JSON.stringify(error.status) }
  const message = `Internal error occurred: ${error instanceof Error ? error.stack : String(error)}`
  const { status } = new ApiError({ code: 500, reason: 'InternalError', message })
  return { status: 500, body: JSON.stringify(status) }
}

function stream(cluster: Cluster, call: Call, response: ServerResponse): void {
  const waiting: string[] = []
  const send = (line: string) => void (response.headersSent ? response.write(line) : waiting.push(line))
  let ended = false
  const end = () => {
    ended = true
    if (response.headersSent) response.end()
  }
  const stop = watch(cluster, call, { send, end })
  response.once('close', stop)
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
  response.flushHeaders()
  for (const line of waiting) response.write(line)
  if (ended) response.end()
}

/** Answers one request; never rejects. */
export async function handle(
  cluster: Cluster,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { method = 'GET', url = '/', headers } = request
    const { text, contentType } = readable(await bodyOf(request), headers['content-type'])
    const mark = url.indexOf('?')
    const path = mark === -1 ? url : url.slice(0, mark)
    const target = targetOf(cluster.catalog, path)
    if (target === undefined)
      return write(
        response,
        answerPlainly(cluster.catalog, { method, path, text, contentType, ...userOf(headers.authorization) }),
      )
    const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1))
    const call = { ...target, query, text, contentType, accept: headers.accept ?? '' }
    if (isWatch(method, call)) stream(cluster, call, response)
    else write(response, act(cluster, call, method))
  } catch (error) {
    if (!response.headersSent) write(response, refusal(error))
  }
}
