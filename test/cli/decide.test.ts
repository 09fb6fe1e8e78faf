// What becomes of a wish to approve or deny, in every state that a run may be in.

import { describe, expect, test } from 'vitest'
import { decideWish, type Wish } from '../../cli/approval/decide.ts'
import { ANNOTATION, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const CORRELATION = 'c'.repeat(40)

interface State {
  readonly status?: 'PipelineRunPending' | 'Cancelled'
  readonly waiting?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly reason?: string
  readonly ran?: boolean
}

function runIn({ status, waiting, annotations = {}, reason, ran = false }: State): PipelineRun {
  const labels = {
    [LABEL.correlation]: CORRELATION,
    ...(waiting === undefined ? {} : { [LABEL.waiting]: waiting }),
  }
  const condition = {
    type: 'Succeeded',
    status: reason === 'Succeeded' ? 'True' : 'False',
    reason: reason ?? '',
  }
  return {
    metadata: {
      name: `rem-${CORRELATION}`,
      namespace: 'sre',
      uid: 'u',
      resourceVersion: '7',
      labels,
      annotations,
    },
    spec: {
      ...(status === undefined ? {} : { status }),
      pipelineRef: { resolver: 'bundles', params: [] },
      params: [],
    },
    ...(reason === undefined
      ? {}
      : { status: { conditions: [condition], ...(ran ? { childReferences: [{ name: 'x' }] } : {}) } }),
  }
}

const asked: State = { status: 'PipelineRunPending', waiting: 'approval' }
const by = (name: 'approvedBy' | 'deniedBy', who: string) => ({ annotations: { [ANNOTATION[name]]: who } })
const until = (time: string) => ({ annotations: { [ANNOTATION.expiresAt]: time } })

const wish = (verb: Wish['verb'], more: Partial<Wish> = {}): Wish => ({ verb, me: 'me', now: NOW, ...more })

describe.each<[string, State, approve: string, deny: string]>([
  ['waits for a person', asked, 'write', 'write'],
  ['has time left', { ...asked, ...until('2026-03-01T12:00:01Z') }, 'write', 'write'],
  ['has no time left', { ...asked, ...until('2026-03-01T12:00:00Z') }, 'refused', 'unchanged'],
  ['was approved, and waits', { ...asked, ...by('approvedBy', 'ann') }, 'unchanged', 'write'],
  [
    'was approved, and is in line',
    { ...asked, waiting: 'queue', ...by('approvedBy', 'ann') },
    'unchanged',
    'write',
  ],
  ['was approved by nobody', { ...asked, ...by('approvedBy', '') }, 'write', 'write'],
  ['was denied by nobody', { ...asked, ...by('deniedBy', '') }, 'write', 'write'],
  ['was denied a moment ago', { ...asked, ...by('deniedBy', 'dan') }, 'refused', 'unchanged'],
  ['is in line without having asked', { ...asked, waiting: 'queue' }, 'unchanged', 'write'],
  ['has started', {}, 'unchanged', 'refused'],
  [
    'was denied and has ended',
    { status: 'Cancelled', reason: 'Cancelled', ...by('deniedBy', 'dan') },
    'refused',
    'unchanged',
  ],
  [
    'expired and has ended',
    { status: 'Cancelled', reason: 'Cancelled', ...by('deniedBy', 'expiry') },
    'refused',
    'unchanged',
  ],
  ['was cancelled by hand', { status: 'Cancelled', reason: 'Cancelled' }, 'refused', 'refused'],
  ['succeeded', { reason: 'Succeeded', ran: true }, 'refused', 'refused'],
])('a run that %s', (_, state, approve, deny) => {
  test('approved', () => expect(decideWish(runIn(state), wish('approve')).kind).toBe(approve))
  test('denied', () => expect(decideWish(runIn(state), wish('deny')).kind).toBe(deny))
})

test('an approval is one annotation, onto this very object', () => {
  expect(decideWish(runIn(asked), wish('approve'))).toEqual({
    kind: 'write',
    patch: { metadata: { uid: 'u', annotations: { [ANNOTATION.approvedBy]: 'me' } } },
  })
})

test('a denial cancels in the same write', () => {
  expect(decideWish(runIn(asked), wish('deny', { reason: 'No.' }))).toEqual({
    kind: 'write',
    patch: {
      metadata: { uid: 'u', annotations: { [ANNOTATION.deniedBy]: 'me', [ANNOTATION.deniedBecause]: 'No.' } },
      spec: { status: 'Cancelled' },
    },
  })
})

test.each([
  ['no run', undefined, {}],
  ['a run of somebody else', { ...runIn(asked), metadata: { name: 'build-1', namespace: 'ci' } }, {}],
  ['another run than was meant', runIn(asked), { uid: 'v' }],
])('%s is refused', (_, run, more) => {
  expect(decideWish(run, wish('approve', more)).kind).toBe('refused')
})
