// A ResolutionRequest as it is read: its type, its parameters under old and new names, and whether it is answered.

import { describe, expect, test } from 'vitest'
import type { ParamValue } from '../../../shared/resolution/params.ts'
import {
  isAnswered,
  labelsOf,
  paramsOf,
  type ResolutionRequest,
  TYPE_LABEL,
  typeOf,
} from '../../../shared/resolution/request.ts'

function request(
  params: readonly [string, ParamValue][] = [],
  status?: ResolutionRequest['status'],
): ResolutionRequest {
  const spec = { params: params.map(([name, value]) => ({ name, value })) }
  return { metadata: { name: 'a', namespace: 'b' }, spec, ...(status === undefined ? {} : { status }) }
}

describe('the type', () => {
  test.each([
    ['git', 'git'],
    ['bundle', 'bundles'],
    ['in-cluster', 'cluster'],
    ['x'.repeat(63), 'x'.repeat(63)],
  ])('%s is %s', (label, type) => {
    expect(typeOf({ metadata: { name: 'a', labels: { [TYPE_LABEL]: label } } })).toBe(type)
  })

  test('without the label is none', () => {
    expect(typeOf(request())).toBeUndefined()
  })

  test('is looked for under its old names too', () => {
    expect(labelsOf(['bundles', 'git'])).toEqual(['bundles', 'git', 'bundle'])
    expect(labelsOf(['cluster'])).toEqual(['cluster', 'in-cluster'])
  })
})

describe('the parameters', () => {
  test.each<[string, string, [string, ParamValue][], Record<string, ParamValue>]>([
    [
      'today’s',
      'git',
      [
        ['url', 'u'],
        ['revision', 'r'],
      ],
      { url: 'u', revision: 'r' },
    ],
    [
      'the proposal’s for git',
      'git',
      [
        ['repository_url', 'u'],
        ['branch', 'b'],
        ['path', 'p'],
      ],
      { url: 'u', revision: 'b', pathInRepo: 'p' },
    ],
    [
      'a commit before a branch',
      'git',
      [
        ['branch', 'b'],
        ['commit', 'c'],
      ],
      { revision: 'c' },
    ],
    ['the proposal’s for bundles', 'bundles', [['image_url', 'i']], { bundle: 'i' }],
    [
      'both, where they agree',
      'bundles',
      [
        ['image_url', 'i'],
        ['bundle', 'i'],
      ],
      { bundle: 'i' },
    ],
    [
      'lists and maps',
      'other',
      [
        ['list', ['a']],
        ['map', { a: 'b' }],
      ],
      { list: ['a'], map: { a: 'b' } },
    ],
    ['names of no type of ours', 'other', [['path', 'p']], { path: 'p' }],
  ])('are read: %s', (_, type, given, expected) => {
    expect(Object.fromEntries(paramsOf(request(given), type))).toMatchObject(expected)
  })

  test('may be missing', () => {
    expect(paramsOf({ metadata: { name: 'a' } }, 'git').size).toBe(0)
  })

  test.each<[string, [string, ParamValue][], string]>([
    [
      'one given twice',
      [
        ['url', 'a'],
        ['url', 'b'],
      ],
      'parameter "url" is given twice: give it once',
    ],
    [
      'an old and a new name that differ',
      [
        ['url', 'a'],
        ['repository_url', 'b'],
      ],
      'parameters "url" and "repository_url" mean the same and differ: give "url"',
    ],
    [
      'a text that is too long',
      [['url', 'a'.repeat(32 * 1024)]],
      'the parameters have more than 32768 bytes: shorten them',
    ],
    ['a list that is too long', [['list', Array(9_000).fill('a')]], 'the parameters have more than 32768'],
  ])('refuse %s', (_, given, message) => {
    expect(() => paramsOf(request(given), 'git')).toThrow(message)
  })
})

describe('a request is answered', () => {
  const condition = (status: 'True' | 'False' | 'Unknown') => ({
    conditions: [{ type: 'Succeeded', status }],
  })
  test.each<[string, ResolutionRequest['status'], boolean]>([
    ['without a status', undefined, false],
    ['in progress', condition('Unknown'), false],
    [
      'in progress, with the empty fields of the webhook',
      { ...condition('Unknown'), data: '', refSource: null },
      false,
    ],
    ['with data', { ...condition('Unknown'), data: 'YQ==' }, true],
    ['with success', condition('True'), true],
    ['with failure', condition('False'), true],
  ])('%s: %#', (_, status, expected) => {
    expect(isAnswered(request([], status))).toBe(expected)
  })
})
