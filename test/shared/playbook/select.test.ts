// Which Playbook, and which of its releases, an analysis means.

import { describe, expect, test } from 'vitest'
import { type Wish, wishedNames } from '../../../shared/playbook/select.ts'
import { digest, registered, rejectedSince, release } from './kit.ts'
import { drain, scale, select, UUID } from './wishes.ts'

describe('a playbook is found', () => {
  test.each<[string, Wish]>([
    ['by its name', { playbook: 'scale-down' }],
    ['by namespace and name', { playbook: 'sre/scale-down' }],
    ['by an alias', { playbook: 'oomkill' }],
    ['by a UUID that is an alias', { playbook: UUID }],
    ['by its bundle in place of a name', { playbook: 'quay.io/org/scale-bundle' }],
    ['by its bundle at whatever tag', { playbook: 'quay.io/org/scale-bundle:latest' }],
    ['by its bundle pinned to a registered digest', { playbook: `quay.io/org/scale-bundle@${digest('b')}` }],
    ['by a bundle beside an unknown name', { playbook: 'unheard-of', bundle: 'quay.io/org/scale-bundle:v9' }],
    ['by a bundle alone', { bundle: 'quay.io/org/scale-bundle:v2.0.0' }],
    ['by one of its other names', { playbook: 'unheard-of', otherNames: ['also-unheard-of', 'scale-down'] }],
    ['by a digest that is an alias', { playbook: 'unheard-of', digest: digest('e') }],
  ])('%s', (_, wish) => {
    expect(select(wish)).toBe('sre/scale-down 2.0.0')
  })

  test.each<[string, Wish, string]>([
    ['by its image', { playbook: 'quay.io/org/scaler' }, 'sre/scale-image 1.0.0'],
    [
      'by its image at its digest',
      { playbook: `quay.io/org/scaler@${digest('c')}` },
      'sre/scale-image 1.0.0',
    ],
    [
      'not by its image at another digest',
      { playbook: `quay.io/org/scaler@${digest('d')}` },
      'UnknownDigest',
    ],
    [
      'by the digest that runs say',
      { playbook: 'scale-image', digest: digest('a') },
      'sre/scale-image 1.0.0',
    ],
  ])('%s', (_, wish, expected) => {
    const image = `quay.io/org/scaler@${digest('c')}`
    const history = [release('1.0.0', 'a', { image })]
    const migrated = registered('scale-image', { history })
    const { bundle: __, ...spec } = migrated.spec
    expect(select(wish, [{ ...migrated, spec: { ...spec, image } }, drain])).toBe(expected)
    // Once migrated, too.
    expect(select(wish, [migrated, drain])).toBe(expected)
  })

  test('by the most telling name where several would do', () => {
    expect(select({ playbook: 'cordon-drain', otherNames: ['scale-down'] })).toBe('nodes/cordon-drain 1.0.0')
  })
})

describe('a release is chosen', () => {
  const name = { playbook: 'scale-down' }
  test.each<[string, Wish, string]>([
    ['the current one where nothing else is said', name, '2.0.0'],
    ['by the current version', { ...name, version: '2.0.0' }, '2.0.0'],
    ['by a version in history', { ...name, version: '1.0.0' }, '1.0.0'],
    ['by a version with a v', { ...name, version: 'v1.0.0' }, '1.0.0'],
    ['by the current digest', { ...name, digest: digest('b') }, '2.0.0'],
    ['by a digest in history', { ...name, digest: digest('a') }, '1.0.0'],
    ['by digest and version that agree', { ...name, digest: digest('a'), version: '1.0.0' }, '1.0.0'],
    ['by the digest in a bundle reference', { ...name, bundle: `quay.io/x@${digest('a')}` }, '1.0.0'],
    [
      'by the digest in a reference that stands for the name',
      { playbook: `quay.io/org/scale-bundle@${digest('a')}` },
      '1.0.0',
    ],
    ['the current one for an unknown digest that is an alias', { ...name, digest: digest('e') }, '2.0.0'],
    ['the current one for an unknown version of an alias', { playbook: UUID, version: '1.5.3' }, '2.0.0'],
    ['the one in history for a known version of an alias', { playbook: UUID, version: '1.0.0' }, '1.0.0'],
  ])('%s', (_, wish, version) => {
    expect(select(wish)).toBe(`sre/scale-down ${version}`)
  })

  test('by version where one bundle was registered under two', () => {
    const twice = registered('twice', { history: [release('2.0.0', 'a'), release('1.0.0', 'a')] })
    expect(select({ playbook: 'twice', digest: digest('a'), version: '1.0.0' }, [twice])).toBe(
      'sre/twice 1.0.0',
    )
    expect(select({ playbook: 'twice', digest: digest('a') }, [twice])).toBe('sre/twice 2.0.0')
  })

  test('the last good one while the newest spec is rejected', () => {
    const stale = rejectedSince(scale, 'Version 2.0.0 moved.')
    expect(select({ playbook: 'scale-down' }, [stale])).toBe('sre/scale-down 2.0.0')
  })
})

test('a wish is looked up under each of its names once, the most telling first', () => {
  const wish = {
    playbook: 'q.io/a:v1',
    otherNames: ['b', 'q.io/a'],
    bundle: 'q.io/c:v2',
    digest: digest('d'),
  }
  expect(wishedNames(wish)).toEqual(['q.io/a:v1', 'q.io/a', 'b', 'q.io/c', digest('d')])
})
