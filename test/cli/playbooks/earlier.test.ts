// Which version a playbook goes back to, and what is written for that.

import { describe, expect, test } from 'vitest'
import { changeTo, earlierRelease } from '../../../cli/playbooks/earlier.ts'
import type { Playbook, PlaybookSpec, Release } from '../../../shared/playbook/playbook.ts'
import { digest, registered, rejectedSince, release, unregistered } from '../../shared/playbook/kit.ts'

const day = (number: number) => ({ registeredAt: `2026-01-0${number}T00:00:00.000Z` })
const FIRST = release('1.0.0', 'a', day(1))
const SECOND = release('1.1.0', 'b', day(2))
const THIRD = release('1.2.0', 'c', day(3))

function playbook(history: readonly Release[], spec: Partial<PlaybookSpec> = {}): Playbook {
  return registered('scale', { history, spec })
}

describe('goes back', () => {
  test.each<[string, Playbook, string | undefined, string]>([
    ['to the version before', playbook([THIRD, SECOND, FIRST]), undefined, '1.1.0'],
    ['once more, not forth again', playbook([SECOND, THIRD, FIRST]), undefined, '1.0.0'],
    ['to what runs, where the last change was refused', refused(), undefined, '1.2.0'],
    ['to a version', playbook([THIRD, SECOND, FIRST]), 'v1.0.0', '1.0.0'],
    ['to a digest', playbook([THIRD, SECOND, FIRST]), digest('a'), '1.0.0'],
    ['or forth', playbook([FIRST, THIRD, SECOND]), '1.2.0', '1.2.0'],
  ])('%s', (_, from, to, version) => {
    expect(earlierRelease(from, to).version).toBe(version)
  })

  test.each<[string, Playbook, string | undefined, RegExp]>([
    [
      'not before the first',
      playbook([FIRST, SECOND]),
      undefined,
      /the first .* Registered: 1\.0\.0, 1\.1\.0/,
    ],
    [
      'not to what never was',
      playbook([FIRST]),
      '9.0.0',
      /never registered as 9\.0\.0\. Registered: 1\.0\.0/,
    ],
    ['not without any', unregistered('scale'), undefined, /nothing to go back to/],
  ])('%s', (_, from, to, message) => {
    expect(() => earlierRelease(from, to)).toThrow(message)
  })
})

function refused(): Playbook {
  return rejectedSince(playbook([THIRD, SECOND, FIRST]), 'It moved.')
}

describe('writes', () => {
  const BUNDLE = `registry.example/runbooks/scale:v1.0.0@${digest('a')}`
  const PLAIN = `registry.example/runbooks/scale@${digest('a')}`
  const IMAGE = `registry.example/tools/scaler@${digest('d')}`
  const inline: Release = { ...FIRST, image: IMAGE, pipelineSpec: { tasks: [] }, schemaCarrier: 'playbook' }
  const { bundle: _, ...image } = inline

  test.each<[string, Release, Partial<PlaybookSpec>, object]>([
    ['the bundle by digest, with the version as its tag', FIRST, {}, { bundle: BUNDLE }],
    [
      'the version, where the Playbook says one',
      FIRST,
      { version: '1.1.0' },
      { bundle: PLAIN, version: '1.0.0' },
    ],
    ['nothing of a version that is said', FIRST, { version: '1.0.0' }, { bundle: PLAIN }],
    [
      'a version that no tag can be',
      { ...FIRST, version: '1.0.0+x' },
      {},
      { bundle: PLAIN, version: '1.0.0+x' },
    ],
    [
      'the Pipeline, where the Playbook says one',
      FIRST,
      { pipeline: 'x' },
      { bundle: BUNDLE, pipeline: 'scale-down' },
    ],
    [
      'the parameters that the Playbook gave then',
      { ...FIRST, schemaCarrier: 'playbook' },
      {},
      { bundle: BUNDLE, parameters: FIRST.schema },
    ],
    [
      'no parameters where the bundle has them',
      FIRST,
      { parameters: [] },
      { bundle: BUNDLE, parameters: null },
    ],
    [
      'the image in place of the bundle',
      image,
      { pipeline: 'x', imagePullSecrets: [{ name: 's' }] },
      {
        image: IMAGE,
        bundle: null,
        pipeline: null,
        imagePullSecrets: null,
        version: '1.0.0',
        parameters: FIRST.schema,
      },
    ],
  ])('%s', (_, to, spec, change) => {
    expect(changeTo(playbook([SECOND, FIRST], spec), to)).toEqual(change)
  })

  test('the bundle in place of the image', () => {
    const spec = { image: IMAGE, version: '2.0.0', parameters: {} }
    const { bundle: _, ...others } = playbook([SECOND]).spec
    expect(changeTo({ ...playbook([SECOND]), spec: { ...others, ...spec } }, FIRST)).toEqual({
      bundle: PLAIN,
      image: null,
      version: '1.0.0',
      parameters: null,
    })
  })
})
