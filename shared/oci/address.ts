// Which hosts may be spoken to in plain HTTP, and which never get a token request.

import { BlockList, isIP } from 'node:net'

const RFC1918 = new BlockList()
RFC1918.addSubnet('10.0.0.0', 8)
RFC1918.addSubnet('172.16.0.0', 12)
RFC1918.addSubnet('192.168.0.0', 16)

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

const UNROUTED = new BlockList()
UNROUTED.addSubnet('0.0.0.0', 8)
UNROUTED.addSubnet('169.254.0.0', 16)
UNROUTED.addAddress('::', 'ipv6')
UNROUTED.addSubnet('fe80::', 10, 'ipv6')
UNROUTED.addSubnet('fc00::', 7, 'ipv6')

/** Is this registry on this machine? localhost, *.localhost and loopback addresses. */
export function isLoopback(registry: string): boolean {
  const host = hostOf(registry)
  return /(?:^|\.)localhost$/.test(host) || within(LOOPBACK, host)
}

/** May this registry be asked in plain HTTP when HTTPS does not answer? localhost, *.localhost, *.local, loopback and RFC 1918. */
export function allowsPlainHttp(registry: string): boolean {
  const host = hostOf(registry)
  return isLoopback(registry) || host.endsWith('.local') || within(RFC1918, host)
}

/** A literal private, loopback or link-local address: never a token server's, unless it is the registry itself. */
export function isPrivateAddress(host: string): boolean {
  const name = hostOf(host)
  return within(RFC1918, name) || within(LOOPBACK, name) || within(UNROUTED, name)
}

function hostOf(authority: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(authority)
  return bracketed?.[1] ?? authority.replace(/:\d+$/, '')
}

function within(list: BlockList, host: string): boolean {
  const family = isIP(host)
  return family !== 0 && list.check(host, family === 6 ? 'ipv6' : 'ipv4')
}
