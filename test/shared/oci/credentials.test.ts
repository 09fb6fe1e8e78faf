// Pull secrets: which key of a docker configuration a repository's login comes from.

import { describe, expect, test } from 'vitest'
import { anonymous, fromDockerConfig, InvalidDockerConfig } from '../../../shared/oci/credentials.ts'
import { parseReference } from '../../../shared/oci/reference.ts'

const login = { username: 'reader', password: 'secret' }

function find(config: unknown, ref: string) {
  return fromDockerConfig(config)(parseReference(ref))
}

describe('a key matches as in a Kubernetes pull secret', () => {
  test.each([
    ['ghcr.io', 'ghcr.io/a/b', true],
    ['https://ghcr.io', 'ghcr.io/a/b', true],
    ['https://ghcr.io/v2/', 'ghcr.io/a/b', true],
    ['https://ghcr.io/v1/', 'ghcr.io/a/b', true],
    ['ghcr.io/', 'ghcr.io/a/b', true],
    ['ghcr.io/a', 'ghcr.io/a/b', true],
    ['ghcr.io/a/b', 'ghcr.io/a/b', true],
    ['ghcr.io/c', 'ghcr.io/a/b', false],
    ['ghcr.io:443', 'ghcr.io/a/b', false],
    ['ghcr.io', 'ghcr.io:5000/a/b', false],
    ['localhost:5000', 'localhost:5000/a', true],
    ['[::1]:5000', '[::1]:5000/a', true],
    ['*.example.com', 'registry.example.com/a', true],
    ['*.example.com', 'a.registry.example.com/a', false],
    ['*.example.com', 'example.com/a', false],
    ['*.example.com:5000', 'registry.example.com:5000/a', true],
    ['*.example.com:5000', 'registry.example.com/a', false],
    ['*.*.example.com/team', 'a.b.example.com/team/app', true],
    ['reg*y-*.example.com', 'registry-eu.example.com/a', true],
    ['a*a.example.com', 'a.example.com/x', false],
    ['docker.io', 'busybox', true],
    ['https://index.docker.io/v1/', 'busybox', true],
    ['registry-1.docker.io', 'docker.io/org/app', true],
    ['evil-ghcr.io', 'ghcr.io/a', false],
  ])('%s for %s: %s', async (key, ref, matches) => {
    expect(await find({ auths: { [key]: login } }, ref)).toEqual(matches ? login : undefined)
  })
})

describe('a login is read from', () => {
  test.each([
    ['username and password', { username: 'reader', password: 'secret' }, login],
    ['auth', { auth: Buffer.from('reader:secret').toString('base64') }, login],
    [
      'auth with a colon in the password',
      { auth: Buffer.from('reader:se:cret').toString('base64') },
      { username: 'reader', password: 'se:cret' },
    ],
    [
      'an identity token',
      { auth: Buffer.from('00000000:').toString('base64'), identitytoken: 'refresh' },
      { username: '<token>', password: 'refresh' },
    ],
    ['nothing at all', {}, undefined],
    ['auth that is no base64', { auth: '!!' }, undefined],
    ['something that is no login', 'text', undefined],
  ])('%s', async (_what, value, expected) => {
    expect(await find({ auths: { 'ghcr.io': value } }, 'ghcr.io/a')).toEqual(expected)
  })
})

test('the legacy .dockercfg has no auths around its keys', async () => {
  expect(await find(JSON.stringify({ 'ghcr.io': login }), 'ghcr.io/a')).toEqual(login)
})

test('the most exact key wins, then the first secret', async () => {
  const named = (username: string) => ({ username, password: 'x' })
  const configs = [
    { auths: { '*.io': named('glob'), 'ghcr.io': named('host') } },
    { auths: { 'ghcr.io/team': named('path'), 'quay.io': named('second') } },
  ]
  expect((await find(configs, 'ghcr.io/team/app'))?.username).toBe('path')
  expect((await find(configs, 'ghcr.io/other/app'))?.username).toBe('host')
  expect((await find(configs, 'gcr.io/app'))?.username).toBe('glob')
  expect((await find(configs, 'quay.io/app'))?.username).toBe('second')
})

test('nobody is anonymous with a name', async () => {
  expect(await anonymous(parseReference('ghcr.io/a'))).toBeUndefined()
})

test.each(['{"auths": {"ghcr.io": {"password": "hunter2"', '[1', 'null', '"hunter2"'])(
  'a broken configuration is refused without being quoted: %s',
  text => {
    const error = (() => {
      try {
        return fromDockerConfig(text)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(InvalidDockerConfig)
    expect(String(error)).not.toContain('hunter2')
    expect(error).not.toHaveProperty('cause')
  },
)
