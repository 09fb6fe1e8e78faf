// fetch, over connections that were judged when they were dialled.

import { Agent, buildConnector, type Dispatcher, fetch as undiciFetch } from 'undici'
import { createAddressRule } from './address.ts'
import { createDial, type Dial, type Resolve } from './dial.ts'
import { NetworkError } from './error.ts'
import { readProxies } from './proxies.ts'

export interface Network {
  readonly fetch: typeof globalThis.fetch
  readonly dial: Dial
}

export interface NetworkOptions {
  /** ALLOWED_ADDRESSES, BLOCKED_ADDRESSES; HTTP_PROXY, HTTPS_PROXY, NO_PROXY. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** DNS; the system's own if left out. */
  readonly resolve?: Resolve
}

const CONNECT_MS = 10_000
/** gzip needs 64 KiB however it is made; a zstd or brotli frame may ask for a window of many megabytes. */
const ENCODINGS: readonly unknown[] = [undefined, '', 'identity', 'gzip', 'x-gzip', 'deflate']

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter(entry => entry !== '')
}

/**
 * The way out for everything that users name: servers at loopback, link-local and metadata addresses are refused when
 * they are dialled, redirects included. Throws an Error that quotes a wrong entry of the environment.
 */
export function createNetwork({ environment, resolve }: NetworkOptions): Network {
  const rule = createAddressRule(listOf(environment.ALLOWED_ADDRESSES), listOf(environment.BLOCKED_ADDRESSES))
  const proxyFor = readProxies(environment)
  const dial = createDial({ rule, proxyFor, ...(resolve && { resolve }) })
  const dispatcher = new Agent({ connect: createConnector(dial) }).compose(refuseEncodings)
  // undici's own types and those of the global fetch are two copies of one.
  const fetch = ((input: string | URL, init?: RequestInit) =>
    undiciFetch(input, { ...(init as object), dispatcher })) as typeof globalThis.fetch
  return { fetch, dial }
}

/** We ask for none: a server that compresses all the same may do so modestly, and once. */
function refuseEncodings(dispatch: Dispatcher.Dispatch): Dispatcher.Dispatch {
  return (options, handler) =>
    dispatch(options, {
      onRequestStart: (...start) => handler.onRequestStart?.(...start),
      onResponseStart(controller, status, headers, message) {
        if (ENCODINGS.includes(headers['content-encoding']))
          return handler.onResponseStart?.(controller, status, headers, message)
        controller.abort(
          new NetworkError('invalid', 'the server compressed its answer in a way it was not asked to'),
        )
      },
      onResponseData: (...data) => handler.onResponseData?.(...data),
      onResponseEnd: (...end) => handler.onResponseEnd?.(...end),
      onResponseError: (...error) => handler.onResponseError?.(...error),
    })
}

/** The way out of a whole process: judged where it resolves, since then users name the servers. */
export function fetchFor({ types, environment }: Resolution): typeof globalThis.fetch {
  return types.length === 0 ? globalThis.fetch : createNetwork({ environment }).fetch
}

interface Resolution extends Pick<NetworkOptions, 'environment'> {
  /** The resolvers of this process. */
  readonly types: readonly string[]
}

function createConnector(dial: Dial): buildConnector.connector {
  const secure = buildConnector({ allowH2: false, timeout: CONNECT_MS })
  return (options, callback) => {
    const protocol = options.protocol === 'https:' ? 'https:' : 'http:'
    const port = Number(options.port) || (protocol === 'https:' ? 443 : 80)
    dial({ protocol, host: options.hostname, port }, AbortSignal.timeout(CONNECT_MS)).then(
      socket => {
        if (protocol === 'https:') return secure({ ...options, httpSocket: socket }, callback)
        callback(null, socket.setNoDelay(true))
      },
      error => callback(error, null),
    )
  }
}
