// Whether what was validated is still what would be decided now.

import { expect, test } from 'vitest'
import { disagreement } from '../../../functions/execute/decide.ts'
import type { Decision } from '../../../shared/decision/decide.ts'
import type { RemediationValidated } from '../../../shared/events/types.ts'
import { digest, registered, release } from '../../shared/playbook/kit.ts'

const target = { kind: 'Deployment', name: 'api', namespace: 'shop' }

const claimed: RemediationValidated = {
  analysis: { source: '/analyses', id: '1', data: {} },
  playbook: { namespace: 'sre', name: 'scale-down', version: '1.0.0', digest: digest('a') },
  target,
  parameters: { REPLICAS: '3', LABELS: { tier: 'web', app: 'api' } },
  notes: [],
  approval: { required: false },
}

const fresh: Extract<Decision, { kind: 'run' }> = {
  kind: 'run',
  playbook: registered('scale-down'),
  release: release('1.0.0', 'a'),
  target,
  values: { REPLICAS: '3', LABELS: { tier: 'web', app: 'api' } },
  notes: [],
  approval: { required: false },
  isOwnTarget: false,
  policy: { version: 'default', rule: 'default/confidence', verdict: 'allow', reason: 'Because.' },
}

test.each<[string, Partial<RemediationValidated>, Decision]>([
  ['all is as it was', {}, fresh],
  [
    'parameters came in another order',
    { parameters: { LABELS: { app: 'api', tier: 'web' }, REPLICAS: '3' } },
    fresh,
  ],
  ['less caution is needed than was', { approval: { required: true, reason: 'Why.' } }, fresh],
  [
    'an approval is still required',
    { approval: { required: true, reason: 'Why.' } },
    { ...fresh, approval: { required: true, reason: 'Another.' } },
  ],
])('agrees where %s', (_, claim, decision) => {
  expect(disagreement({ ...claimed, ...claim }, decision)).toBeUndefined()
})

const refusal: Decision = { kind: 'refused', reason: 'PlaybookSuspended', message: 'It is suspended.' }
const parameters = 'The parameters are not those that the analysis gives.'

test.each<[string, Partial<RemediationValidated>, Decision, string]>([
  ['it would be refused now: by the refusal', {}, refusal, 'It is suspended.'],
  [
    'it names another playbook',
    { playbook: { ...claimed.playbook, name: 'delete-all' } },
    fresh,
    'The analysis means sre/scale-down, not sre/delete-all.',
  ],
  [
    'it names the playbook of another tenant',
    { playbook: { ...claimed.playbook, namespace: 'team' } },
    fresh,
    'The analysis means sre/scale-down, not team/scale-down.',
  ],
  [
    'another digest is current now',
    {},
    { ...fresh, release: release('1.0.1', 'b') },
    `sre/scale-down is ${digest('b')} now, but ${digest('a')} was validated.`,
  ],
  ['a value differs', { parameters: { ...claimed.parameters, REPLICAS: '0' } }, fresh, parameters],
  ['a value differs inside', { parameters: { REPLICAS: '3', LABELS: { tier: 'web' } } }, fresh, parameters],
  ['a value is missing', { parameters: { REPLICAS: '3' } }, fresh, parameters],
  ['a value was added', { parameters: { ...claimed.parameters, FORCE: 'true' } }, fresh, parameters],
  [
    'an approval is required that was not before',
    {},
    { ...fresh, approval: { required: true, reason: 'Why.' } },
    'An approval is required now.',
  ],
])('disagrees where %s', (_, claim, decision, why) => {
  expect(disagreement({ ...claimed, ...claim }, decision)).toBe(why)
})
