// Whether a request is ours, and how long there is for it.

import { expect, test } from 'vitest'
import { decide } from '../../../functions/resolve/decide.ts'
import type { ResolutionRequest } from '../../../shared/resolution/request.ts'

const NOW = Date.parse('2026-01-01T00:01:00Z')
const circumstances = { types: ['bundles', 'cluster'], now: NOW, globalTimeout: 90_000 }

function request(
  type: string | undefined,
  more: Partial<ResolutionRequest> = {},
  metadata = {},
): ResolutionRequest {
  const labels = type === undefined ? {} : { 'resolution.tekton.dev/type': type }
  return { metadata: { name: 'a', labels, creationTimestamp: '2026-01-01T00:00:00Z', ...metadata }, ...more }
}

const mine = (timeLeft: number, type = 'bundles') => ({ kind: 'answer', type, timeLeft })
const ignored = (why: string) => ({ kind: 'ignore', why })

test.each<[string, ResolutionRequest | undefined, object]>([
  ['a request of ours', request('bundles'), mine(30_000)],
  ['one under an old name', request('in-cluster'), mine(30_000, 'cluster')],
  [
    'one from a server whose clock is ahead',
    request('bundles', {}, { creationTimestamp: '2026-01-01T00:02:00Z' }),
    mine(90_000),
  ],
  ['one without a time', request('bundles', {}, { creationTimestamp: undefined }), mine(90_000)],
  [
    'one that Tekton has given up',
    request('bundles', {}, { creationTimestamp: '2025-12-31T23:59:30Z' }),
    ignored('too late'),
  ],
  ['another type', request('git'), ignored('not ours')],
  ['no type', request(undefined), ignored('not ours')],
  ['none', undefined, ignored('gone')],
  [
    'one that is being deleted',
    request('bundles', {}, { deletionTimestamp: '2026-01-01T00:00:30Z' }),
    ignored('gone'),
  ],
  ['one with data', request('bundles', { status: { data: 'YQ==' } }), ignored('answered')],
])('%s', (_, given, expected) => {
  expect(decide(given, circumstances)).toEqual(expected)
})
