// Logins as docker keeps them: in its config.json, or with a program beside it.

import { chmod } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dockerCredentials } from '../../../cli/registry/credentials.ts'
import { call, makeScratch, type Scratch, shellOf } from '../kit.ts'

let scratch: Scratch

beforeAll(async () => {
  scratch = await makeScratch()
  const helpers = {
    good: `read -r server; printf '{"ServerURL":"%s","Username":"<token>","Secret":"of %s"}' "$server" "$server"`,
    empty: 'echo "credentials not found in native keychain"; exit 1',
    locked: 'echo "the keychain is locked: hunter2" >&2; exit 1',
    mumbling: 'echo hunter2',
  }
  for (const [name, script] of Object.entries(helpers))
    await chmod(await scratch.put(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`), 0o755)
})
afterAll(() => scratch[Symbol.asyncDispose]())

async function shellWith(config: unknown) {
  const name = `config-${Math.random()}`
  await scratch.put(`${name}/config.json`, typeof config === 'string' ? config : JSON.stringify(config))
  const env = { DOCKER_CONFIG: `${scratch.folder}/${name}`, PATH: `${scratch.folder}/bin:/usr/bin:/bin` }
  return shellOf({ env }).shell
}

const auths = { 'registry.example.com': { username: 'me', password: 'written' } }

async function loginAt(registry: string, config: unknown) {
  const store = await dockerCredentials(await shellWith(config))
  const found = await store({ registry, repository: 'a/b' })
  return found && `${found.username}:${found.password}`
}

test.each<[string, string, unknown, string | undefined]>([
  ['written down', 'registry.example.com', { auths }, 'me:written'],
  ['of another registry', 'other.example.com', { auths }, undefined],
  ['no logins at all', 'registry.example.com', {}, undefined],
  ['of a helper for all', 'a.example.com', { credsStore: 'good' }, '<token>:of a.example.com'],
  [
    "of a registry's own helper",
    'a.example.com',
    { credsStore: 'locked', credHelpers: { 'a.example.com': 'good' } },
    '<token>:of a.example.com',
  ],
  [
    'of a helper, for Docker Hub',
    'index.docker.io',
    { credsStore: 'good' },
    '<token>:of https://index.docker.io/v1/',
  ],
  [
    'written down, where the helper has none',
    'registry.example.com',
    { credsStore: 'empty', auths },
    'me:written',
  ],
])('a login %s', async (_, registry, config, expected) => {
  expect(await loginAt(registry, config)).toBe(expected)
})

test.each<[string, unknown, RegExp]>([
  ['a helper that is not there', { credsStore: 'gone' }, /docker-credential-gone, which is not on the PATH/],
  ['a helper that fails', { credsStore: 'locked' }, /docker-credential-locked failed .* log in again/],
  ['a helper that says something else', { credsStore: 'mumbling' }, /did not answer with a Username/],
  ['a helper elsewhere', { credsStore: '../../bin/sh' }, /no name of a program/],
  ['a configuration that is none', 'hunter2', /must be a JSON object/],
])('%s is said, without what it said', async (_, config, message) => {
  const error = await loginAt('registry.example.com', config).catch(caught => caught as Error)
  expect(String(error)).toMatch(message)
  expect(String(error)).not.toContain('hunter2')
})

describe('without a configuration', () => {
  test('nobody is logged in', async () => {
    const store = await dockerCredentials(shellOf({ env: { DOCKER_CONFIG: '/nonexistent' } }).shell)
    expect(await store({ registry: 'registry.example.com', repository: 'a' })).toBeUndefined()
  })

  test('a certificate file that is none is named', async () => {
    const file = await scratch.put('empty.pem', '')
    for (const [given, message] of [
      [file, /must hold certificates in PEM/],
      ['/nonexistent', /cannot be read: ENOENT/],
    ] as const) {
      const said = await call(['pull', 'localhost:1/a', '/tmp/never', '--ca-file', given])
      expect(said).toMatchObject({ code: 3, err: expect.stringMatching(message) })
    }
  })
})
