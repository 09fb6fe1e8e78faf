// Which proxy a connection goes through, from the variables that curl, git and Go programs read.

import { createAddressList, withoutBrackets } from './address.ts'

/** The proxy for a target; undefined where it is dialled directly. */
export type ChooseProxy = (target: { readonly protocol: string; readonly host: string }) => URL | undefined

type Environment = Readonly<Record<string, string | undefined>>

/** `HTTPS_PROXY` or `https_proxy`: the first that is set. */
function variable(environment: Environment, name: string): string {
  return environment[name.toLowerCase()] || environment[name] || ''
}

function parseProxy(text: string, name: string): URL | undefined {
  if (text === '') return undefined
  const url = text.includes('://') ? text : `http://${text}`
  if (URL.canParse(url) && /^https?:/.test(url)) return new URL(url)
  // The text is not shown: it may hold a password.
  throw new Error(`${name} must be an http or https URL. Correct it or leave it out.`)
}

/** `NO_PROXY` as curl and Go read it: names with everything below them, addresses, networks, `*` for all. */
function createExceptions(text: string): (host: string) => boolean {
  const entries = text
    .split(/[\s,]+/)
    .map(entry => withoutBrackets(entry.toLowerCase().replace(/:\d+$/, '')))
    .filter(entry => entry !== '')
  const networks = entries.filter(entry => /^[\da-f.:]+(?:\/\d+)?$/.test(entry) && /[.:]/.test(entry))
  const contains = createAddressList(networks)
  const names = entries.filter(entry => !networks.includes(entry)).map(entry => entry.replace(/^\*?\./, ''))
  return host =>
    entries.includes('*') || contains(host) || names.some(name => host === name || host.endsWith(`.${name}`))
}

/** Reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case. Throws an Error that names the variable. */
export function readProxies(environment: Environment): ChooseProxy {
  const plain = parseProxy(variable(environment, 'HTTP_PROXY'), 'HTTP_PROXY')
  const secure = parseProxy(variable(environment, 'HTTPS_PROXY'), 'HTTPS_PROXY')
  const isException = createExceptions(variable(environment, 'NO_PROXY'))
  return ({ protocol, host }) => {
    const proxy = protocol === 'https:' ? secure : plain
    return proxy === undefined || isException(withoutBrackets(host).toLowerCase()) ? undefined : proxy
  }
}
