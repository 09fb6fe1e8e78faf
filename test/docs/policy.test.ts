// The policies and preconditions that the documents show are ones that work.

import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { checkPreconditions } from '../../shared/playbook/preconditions.ts'
import { parsePolicy } from '../../shared/policy/parse.ts'
import { DEFAULTS } from '../../shared/policy/policy.ts'
import { playbookOf } from '../kit/playbooks.ts'
import { policy, ruling } from '../shared/policy/kit.ts'
import { blocksOf, readText } from './markdown.ts'

const blocks = blocksOf('docs/policy.md')
const policies = blocks.filter(({ marks }) => marks.includes('policy')).map(({ text }) => text)

test.each(policies)('a block of docs/policy.md is a policy: %#', text => {
  expect(parsePolicy(text)).toMatchObject({ ok: true })
})

test('the settings that it calls the defaults are', () => {
  const shown = policies.find(text => text.startsWith('settings:')) ?? ''
  expect(policy(shown).settings).toEqual(DEFAULTS)
})

test('its preconditions can be registered', () => {
  const [block] = blocks.filter(({ marks }) => marks.includes('preconditions'))
  const { preconditions } = parse(block?.text ?? '') as { preconditions: { expression: string }[] }
  expect(preconditions.length).toBeGreaterThan(1)
  expect(checkPreconditions(playbookOf('a', { bundle: 'a', preconditions }))).toEqual([])
})

test.each([
  ['a weekend in production', { namespace: 'shop-prod', now: '2026-01-31T12:00:00Z' }, 'no-weekend'],
  ['a Friday in production', { namespace: 'shop-prod', now: '2026-01-30T12:00:00Z' }, 'default/confidence'],
  ['data', { kind: 'StatefulSet' }, 'data'],
  ['many replicas', { parameters: { SCALE_TARGET_REPLICAS: '21' } }, 'large-change'],
  ['a few', { parameters: { SCALE_TARGET_REPLICAS: '20' } }, 'default/confidence'],
  ['an opt-out', { live: { metadata: { name: 'web', labels: { remediation: 'off' } } } }, 'opted-out'],
  [
    'a restart in staging',
    { playbook: 'restart-pods', namespace: 'a-staging', confidence: 0.6 },
    'restarts-in-staging',
  ],
  [
    'one without confidence',
    { playbook: 'restart-pods', namespace: 'a-staging', confidence: null },
    'default/no-confidence',
  ],
])('the example decides on %s', (_, given, rule) => {
  expect(ruling(policy(readText('examples/policy.yaml')), given).rule).toBe(rule)
})
