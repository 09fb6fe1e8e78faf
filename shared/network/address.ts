// Which IP addresses a server that a user names may have: never our own machine's, its network card's, or a cloud's metadata.

import { BlockList, isIP } from 'node:net'

/** Says what is wrong with an IP address; undefined where it may be reached. */
export type AddressRule = (address: string) => string | undefined

const LOOPBACK = 'a loopback address'

/** IANA special-purpose registries (RFC 6890), and where clouds serve a machine's credentials. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  [LOOPBACK]: ['127.0.0.0/8', '::1/128'],
  'an unspecified address': ['0.0.0.0/8', '::/128'],
  'a link-local address': ['169.254.0.0/16', 'fe80::/10', 'fec0::/10'],
  "a cloud's metadata address": [
    ...['100.100.100.200/32', '168.63.129.16/32', '192.0.0.0/24'],
    // Amazon, Google, Oracle, Alibaba, Akamai, Scaleway.
    ...['fd00:ec2::/32', 'fd20:ce::254/128', 'fd00:c1::a9fe:a9fe/128', 'fd00:100::100:200/128'],
    ...['fd00:a9fe:a9fe::1/128', 'fd00:42::42/128'],
  ],
  'a multicast or reserved address': ['224.0.0.0/3', 'ff00::/8'],
  'an address that hides another one': [
    '::/96',
    '::ffff:0:0:0/96',
    '64:ff9b:1::/48',
    '2002::/16',
    '2001::/32',
  ],
}

/** Where translators put the IPv4 internet (RFC 6052): honest where DNS64 is used, so it is judged by what it stands for. */
const TRANSLATED = '64:ff9b::'
const TRANSLATED_BITS = 96

function addSubnet(list: BlockList, subnet: string): void {
  const [network = '', bits] = subnet.split('/')
  const family = isIP(network)
  const most = family === 6 ? 128 : 32
  const prefix = bits === undefined ? most : Number(bits)
  if (family === 0 || !/^\d{1,3}$/.test(bits ?? '0') || prefix > most)
    throw new Error(`"${subnet}" is neither an IP address nor a network such as 10.0.0.0/8. Correct it.`)
  list.addSubnet(network, prefix, family === 6 ? 'ipv6' : 'ipv4')
  // A rule for IPv4 also holds for ::ffff:a.b.c.d, as Node's BlockList has it.
  if (family === 4) list.addSubnet(`${TRANSLATED}${network}`, TRANSLATED_BITS + prefix, 'ipv6')
}

/** A test for membership in any of these addresses and networks (CIDR). Throws an Error that quotes what is neither. */
export function createAddressList(subnets: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const subnet of subnets) addSubnet(list, subnet)
  return address => {
    const [plain = ''] = address.split('%')
    const family = isIP(plain)
    return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4')
  }
}

const LISTS = Object.entries(REFUSED).map(([what, subnets]) => [what, createAddressList(subnets)] as const)

/** The built-in rule, loosened by what an operator allows and tightened by what they block; what is allowed goes first. */
export function createAddressRule(allowed: readonly string[], blocked: readonly string[]): AddressRule {
  const isAllowed = createAddressList(allowed)
  const isBlocked = createAddressList(blocked)
  return address => {
    if (isAllowed(address)) return undefined
    if (isBlocked(address)) return 'an address that the operator blocks'
    return LISTS.find(([, contains]) => contains(address))?.[0]
  }
}

const builtIn = createAddressRule([], [])

/** A literal address that no server behind a redirect has: a machine's metadata, or none at all. Names are judged when they are dialled. */
export function isNowhere(host: string): boolean {
  const what = builtIn(withoutBrackets(host))
  return what !== undefined && what !== LOOPBACK
}

/** A host as URLs write it, without the brackets of IPv6. */
export function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}
