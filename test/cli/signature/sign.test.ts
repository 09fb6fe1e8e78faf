// `playbook sign` and `playbook verify --key`, and the keys that they take.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalRegistry, startRegistry } from '../../../local/registry/server.ts'
import { openPrivateKey } from '../../../shared/signature/private-key.ts'
import { putPlaybook } from '../bundle/folders.ts'
import { call, makeScratch, type Scratch } from '../kit.ts'
import { makeKeyPair } from './keys.ts'

const PASSWORD = 'secret'
const PAIR = makeKeyPair(PASSWORD)
const OTHER = makeKeyPair(PASSWORD, 'P-384')

let scratch: Scratch
let local: LocalRegistry
let folder: string
const files = { key: '', plain: '', pub: '', otherKey: '', otherPub: '' }

beforeAll(async () => {
  scratch = await makeScratch()
  local = await startRegistry()
  folder = await putPlaybook(scratch, 'restart')
  files.key = await scratch.put('cosign.key', PAIR.encrypted)
  files.plain = await scratch.put('plain.key', PAIR.plain)
  files.pub = await scratch.put('cosign.pub', PAIR.publicKey)
  files.otherKey = await scratch.put('other.key', OTHER.encrypted)
  files.otherPub = await scratch.put('other.pub', OTHER.publicKey)
})
afterAll(async () => {
  await Promise.all([local.close(), scratch[Symbol.asyncDispose]()])
})

let count = 0
async function pushed(): Promise<string> {
  const reference = `${local.host}/signed/number-${count++}:v1`
  expect((await call(['push', folder, reference])).code).toBe(0)
  return reference
}

const env = { COSIGN_PASSWORD: PASSWORD }
const sign = (reference: string, key: string, given = { env }) =>
  call(['sign', '--key', key, reference], given)
const verify = (reference: string, key: string) => call(['verify', '--key', key, reference])

test('what is signed verifies with that key, and with no other', async () => {
  const reference = await pushed()
  expect(await verify(reference, files.pub)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/is not signed/),
  })
  const signed = await sign(reference, files.key)
  expect(signed).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/^signed .*@sha256:.*\nas .*:sha256-.*\.sig\n$/),
  })
  expect((await verify(reference, files.pub)).out).toMatch(
    /is signed with this key \(a simple signature\)\.\n$/,
  )
  expect(await verify(reference, files.otherPub)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/none of the 1 signatures/),
  })
})

test('a second signature leaves the first one there', async () => {
  const reference = await pushed()
  await sign(reference, files.key)
  await sign(reference, files.otherKey)
  for (const key of [files.pub, files.otherPub]) expect((await verify(reference, key)).code).toBe(0)
})

test('a key without a password needs none', async () => {
  const reference = await pushed()
  expect((await sign(reference, files.plain, { env: {} as typeof env })).code).toBe(0)
  expect((await verify(reference, files.pub)).code).toBe(0)
})

test('a signature goes along with its bundle', async () => {
  const reference = await pushed()
  await sign(reference, files.key)
  const mirrored = `${local.host}/mirror/it:v1`
  const { out } = await call(['copy', reference, mirrored, '--signatures', '-o', 'json'])
  expect(JSON.parse(out).signatures).toBe(1)
  expect((await verify(mirrored, files.pub)).code).toBe(0)
})

test('in JSON', async () => {
  const reference = await pushed()
  await sign(reference, files.key)
  const { out } = await call(['verify', '--key', files.pub, reference, '-o', 'json'])
  expect(JSON.parse(out)).toEqual({
    reference: expect.stringMatching(/@sha256:/),
    verified: true,
    ok: true,
    form: 'simple',
  })
})

describe('what cannot be signed or verified is said', () => {
  test.each<[string, () => string[], Record<string, string>, RegExp]>([
    [
      'no password',
      () => ['sign', '--key', files.key],
      {},
      /is encrypted: give its password in COSIGN_PASSWORD/,
    ],
    [
      'a wrong one',
      () => ['sign', '--key', files.key],
      { COSIGN_PASSWORD: 'x' },
      /does not open the private key/,
    ],
    ['a public key', () => ['sign', '--key', files.pub], {}, /no PEM of a key, or the password/],
    ['no key', () => ['sign', '--key', '/nonexistent'], {}, /cannot be read: ENOENT/],
    ['a private key', () => ['verify', '--key', files.plain], {}, /-----BEGIN PUBLIC KEY-----/],
    ['no key at all', () => ['verify', '--key', '/nonexistent'], {}, /cannot be read: ENOENT/],
  ])('%s', async (_, words, given, message) => {
    const said = await call([...words(), `${local.host}/signed/none`], { env: given })
    expect(said).toMatchObject({ code: 3, out: '', err: expect.stringMatching(message) })
  })

  test('a key that would cost too much to open', async () => {
    const { encrypted } = makeKeyPair(PASSWORD, 'P-256', { N: 2 ** 24, r: 8, p: 1 })
    await expect(openPrivateKey(encrypted, PASSWORD)).rejects.toThrow(/costs more to open/)
  })
})
