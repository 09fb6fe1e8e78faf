// References: what go-containerregistry's defaults make of a text, which rule a wrong one breaks, and the round trip.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digestOf, parseDigest } from '../../../shared/oci/digest.ts'
import { formatReference, InvalidReference, parseReference, pin } from '../../../shared/oci/reference.ts'

const DIGEST = digestOf(Buffer.from('some manifest'))

describe('a reference is read', () => {
  test.each([
    ['busybox', 'index.docker.io/library/busybox:latest'],
    ['busybox:1.36', 'index.docker.io/library/busybox:1.36'],
    ['docker.io/busybox', 'index.docker.io/library/busybox:latest'],
    ['docker.io/library/busybox', 'index.docker.io/library/busybox:latest'],
    ['org/app', 'index.docker.io/org/app:latest'],
    [`busybox@${DIGEST}`, `index.docker.io/library/busybox@${DIGEST}`],
    [`ghcr.io/org/app:v1@${DIGEST}`, `ghcr.io/org/app:v1@${DIGEST}`],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['localhost:5000', 'index.docker.io/library/localhost:5000'],
    ['10.1.2.3:5000/a/b:v1', '10.1.2.3:5000/a/b:v1'],
    ['[::1]:5000/a/b:v1', '[::1]:5000/a/b:v1'],
    ['[2001:db8::1]/a', '[2001:db8::1]/a:latest'],
    ['registry.kube-system.svc.cluster.local/a', 'registry.kube-system.svc.cluster.local/a:latest'],
    ['ghcr.io/a__b/c---d/e.f_g', 'ghcr.io/a__b/c---d/e.f_g:latest'],
    [`ghcr.io/a:${'t'.repeat(128)}`, `ghcr.io/a:${'t'.repeat(128)}`],
    ['ghcr.io/a:V1_2', 'ghcr.io/a:V1_2'],
  ])('%s', (text, expected) => {
    expect(formatReference(parseReference(text))).toBe(expected)
  })
})

describe('a broken reference names the rule', () => {
  test.each([
    ['', '1 to 255 characters'],
    ['https://ghcr.io/a', 'no URL scheme: write "ghcr.io/a"'],
    ['oci://ghcr.io/a', 'no URL scheme'],
    ['ghcr.io/Upper/case', 'lower-case letters'],
    ['Busybox', 'lower-case letters'],
    ['GHCR.io/a', 'lower-case DNS name'],
    ['ghcr.io/a/', 'lower-case letters'],
    ['ghcr.io//a', 'lower-case letters'],
    ['ghcr.io/../a', 'lower-case letters'],
    ['ghcr.io/a b', 'lower-case letters'],
    ['ghcr.io/a:', 'A tag is 1 to 128'],
    ['ghcr.io/a:.hidden', 'A tag is 1 to 128'],
    [`ghcr.io/a:${'t'.repeat(129)}`, 'A tag is 1 to 128'],
    ['ghcr.io/a@sha256:abc', '64 lower-case hexadecimal'],
    [`ghcr.io/a@sha512:${'a'.repeat(128)}`, '64 lower-case hexadecimal'],
    [`ghcr.io/a@${DIGEST}@${DIGEST}`, 'at most one "@"'],
    ['ghcr.io:0/a', 'port from 1 to 65535'],
    ['ghcr.io:70000/a', 'port from 1 to 65535'],
    ['ghcr.io:x/a', 'port from 1 to 65535'],
    ['ghcr.io:0443/a', 'port from 1 to 65535'],
    ['256.1.1.1/a', 'IPv4 address'],
    ['0x7f.0.0.1:5000/a', 'IPv4 address'],
    ['registry.0x7f/a', 'IPv4 address'],
    ['[0:0::1]:5000/a', 'IPv6 address in brackets, in its shortest form'],
    ['[::zz]/a', 'IPv6 address in brackets'],
    [`ghcr.io/${'a'.repeat(256)}`, '1 to 255 characters'],
  ])('%s', (text, rule) => {
    expect(() => parseReference(text)).toThrow(InvalidReference)
    expect(() => parseReference(text)).toThrow(rule)
  })
})

test('pinning drops the tag and keeps the repository', () => {
  expect(formatReference(pin(parseReference('ghcr.io/a/b:v1'), DIGEST))).toBe(`ghcr.io/a/b@${DIGEST}`)
})

test('a digest is sha256 and 64 lower-case digits', () => {
  expect(parseDigest(DIGEST)).toBe(DIGEST)
  expect(parseDigest(DIGEST.toUpperCase())).toBeUndefined()
  expect(digestOf(new Uint8Array())).toBe(
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  )
})

const part = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,2})[a-z0-9]{1,8}){0,2}$/)
const registry = fc.oneof(
  fc.stringMatching(
    /^[a-z]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]([a-z0-9-]{0,8}[a-z0-9])?){1,2}(:[1-9][0-9]{0,3})?$/,
  ),
  fc.ipV4().map(ip => `${ip}:5000`),
  fc.constantFrom('localhost', 'localhost:5000', '[::1]:5000'),
)
const reference = fc.record(
  {
    registry: registry.filter(host => !/^(docker\.io|index\.docker\.io)$/.test(host)),
    repository: fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/')),
    tag: fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/),
    digest: fc.uint8Array().map(digestOf),
  },
  { requiredKeys: ['registry', 'repository'] },
)

test('what is formatted is parsed back the same', () => {
  fc.assert(
    fc.property(reference, generated => {
      const named = generated.tag !== undefined || generated.digest !== undefined
      const expected = named ? generated : { ...generated, tag: 'latest' }
      expect(parseReference(formatReference(generated))).toEqual(expected)
    }),
  )
})

test('any text is a reference that formats to itself again, or breaks a rule', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z.:/@[\]-]{0,30}$/)), text => {
      try {
        const canonical = formatReference(parseReference(text))
        expect(formatReference(parseReference(canonical))).toBe(canonical)
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidReference)
      }
    }),
  )
})
