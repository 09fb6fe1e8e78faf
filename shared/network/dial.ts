// Connecting to a server that a user named: the address that was judged is the address that is dialled.

import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { once } from 'node:events'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { isIP, type LookupFunction, type Socket, connect as tcpConnect } from 'node:net'
import type { AddressRule } from './address.ts'
import { withoutBrackets } from './address.ts'
import { NetworkError } from './error.ts'
import type { ChooseProxy } from './proxies.ts'

export interface Target {
  readonly protocol: 'http:' | 'https:'
  readonly host: string
  readonly port: number
}

/** Opens a TCP connection, through a proxy where one is configured. Throws NetworkError. */
export type Dial = (target: Target, signal: AbortSignal) => Promise<Socket>

/** All addresses of a name, as `dns.lookup` finds them. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>

export interface DialOptions {
  readonly rule: AddressRule
  readonly proxyFor: ChooseProxy
  readonly resolve?: Resolve
}

const ALLOW = 'If it is meant, let an operator add its address to ALLOWED_ADDRESSES.'

const systemResolve: Resolve = name =>
  new Promise((resolve, reject) => {
    systemLookup(name, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)))
  })

function judge(host: string, addresses: readonly string[], rule: AddressRule): void {
  const what = addresses.map(rule).find(each => each !== undefined)
  if (what === undefined) return
  // The address of a name is not shown: it is the cluster's, not the user's, to know.
  throw new NetworkError('refused', `${host} is ${what}, which may not be reached. ${ALLOW}`)
}

/** A lookup whose answer has been judged; the socket dials nothing else, so a name that changes its mind gains nothing. */
function judgedLookup(rule: AddressRule, resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      addresses => {
        try {
          judge(
            host,
            addresses.map(({ address }) => address),
            rule,
          )
        } catch (error) {
          return callback(error as NodeJS.ErrnoException, [])
        }
        if (options.all === true) return callback(null, [...addresses])
        const [first] = addresses
        callback(null, first?.address ?? '', first?.family)
      },
      error => callback(error, []),
    )
  }
}

/** A dialler that judges every address, literal or looked up. Behind a proxy only literal ones: the proxy looks names up. */
export function createDial({ rule, proxyFor, resolve = systemResolve }: DialOptions): Dial {
  const lookup = judgedLookup(rule, resolve)
  return async ({ protocol, host, port }, signal) => {
    const name = withoutBrackets(host)
    if (isIP(name) !== 0) judge(name, [name], rule)
    const proxy = proxyFor({ protocol, host: name })
    if (proxy !== undefined) return connectThrough(proxy, { host, port, signal })
    const socket = tcpConnect({ host: name, port, lookup })
    try {
      // The signal ends the wait, not the connection, which outlives it.
      await once(socket, 'connect', { signal })
      return socket
    } catch (error) {
      socket.destroy()
      throw error
    }
  }
}

interface ProxiedTarget {
  readonly host: string
  readonly port: number
  readonly signal: AbortSignal
}

/** A tunnel by CONNECT (RFC 9110, section 9.3.6), also for plain HTTP; the operator vouches for the proxy's own address. */
async function connectThrough(proxy: URL, { host, port, signal }: ProxiedTarget): Promise<Socket> {
  const authority = `${host}:${port}`
  const request = (proxy.protocol === 'https:' ? secureRequest : plainRequest)({
    host: withoutBrackets(proxy.hostname),
    ...(proxy.port !== '' && { port: Number(proxy.port) }),
    method: 'CONNECT',
    path: authority,
    agent: false,
    headers: { host: authority, ...loginOf(proxy) },
  })
  // What is destroyed while it waits says so once more.
  request.on('error', () => undefined)
  request.end()
  try {
    const [response, socket, early] = await once(request, 'connect', { signal })
    if (response.statusCode !== 200) throw proxyRefusal(proxy, authority, response.statusCode)
    if (early.length > 0) socket.unshift(early)
    return socket
  } catch (error) {
    request.destroy()
    throw error
  }
}

function loginOf({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }
}

function proxyRefusal(proxy: URL, authority: string, status: number): NetworkError {
  const reason = status >= 500 ? 'unavailable' : 'invalid'
  const message = `the proxy ${proxy.host} answered ${status} for ${authority}: check that it allows CONNECT there`
  return new NetworkError(reason, message)
}
