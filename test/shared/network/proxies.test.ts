import { describe, expect, test } from 'vitest'
import { readProxies } from '../../../shared/network/proxies.ts'

const PROXIES = { HTTP_PROXY: 'http://plain:3128', https_proxy: 'secure:3129' }
const chosen = (environment: Record<string, string>, url: string): string | undefined => {
  const { protocol, hostname } = new URL(url)
  return readProxies(environment)({ protocol, host: hostname })?.host
}

test('the scheme of the target chooses the proxy', () => {
  expect(chosen(PROXIES, 'http://example.com')).toBe('plain:3128')
  expect(chosen(PROXIES, 'https://example.com')).toBe('secure:3129')
  expect(chosen({}, 'https://example.com')).toBeUndefined()
})

describe('NO_PROXY', () => {
  test.each([
    ['*', 'https://example.com', true],
    ['example.com', 'https://example.com', true],
    ['example.com', 'https://git.example.com', true],
    ['.example.com', 'https://git.example.com', true],
    ['*.example.com', 'https://GIT.example.com', true],
    ['example.com', 'https://badexample.com', false],
    ['10.0.0.0/8, .svc', 'https://10.2.3.4', true],
    ['10.0.0.0/8, .svc', 'https://gitea.forge.svc', true],
    ['10.0.0.0/8 .svc', 'https://11.2.3.4', false],
    ['[::1],fd00::/8', 'https://[fd00::2]', true],
    ['example.com:443', 'https://example.com', true],
  ])('%s: %s goes directly: %s', (text, url, directly) => {
    expect(chosen({ ...PROXIES, NO_PROXY: text }, url) === undefined).toBe(directly)
  })
})

test('a proxy that is no URL is refused by the name of its variable, and not shown', () => {
  const read = () => readProxies({ HTTPS_PROXY: 'ftp://user:secret@proxy' })
  expect(read).toThrow(/^HTTPS_PROXY must be an http or https URL/)
  expect(read).not.toThrow(/secret/)
})
