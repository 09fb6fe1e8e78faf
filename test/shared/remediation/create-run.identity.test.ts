// What makes two runs the same one, and what may stand in a label.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pipelineRunOf, type Remediation } from '../../../shared/remediation/create-run.ts'
import { ANNOTATION } from '../../../shared/remediation/marks.ts'
import { registered, release } from '../playbook/kit.ts'
import { full, remediation } from './remediations.ts'

describe('the hash of the spec tells one run from another', () => {
  const hash = (each: Remediation) => pipelineRunOf(each).metadata.annotations?.[ANNOTATION.specHash]
  test.each<[string, Remediation]>([
    ['another value', remediation({}, { values: { REPLICAS: '4' } })],
    ['another bundle', remediation({}, { release: release('2.0.0', 'b') })],
    ['another service account', remediation({ serviceAccountName: 'other' })],
    ['another timeout', remediation({ timeout: '1m' })],
  ])('%s', (_, other) => {
    expect(hash(other)).not.toBe(hash(remediation()))
  })

  test('but not who is told and how long the target rests', () => {
    expect(hash(remediation({ cooldown: '1h' }))).toBe(hash(remediation()))
  })
})

test('any name, version and target make legal labels, small annotations and JSON without gaps', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 })
  const release_ = fc.record({ version: text }).map(({ version }) => release(version, 'a'))
  const target = fc.record({ kind: text, name: text, namespace: fc.option(text, { nil: undefined }) })
  const since = fc.integer({ min: 0 })
  const waiting = fc.option(fc.record({ for: fc.constantFrom('queue', 'approval'), since, why: text }))
  fc.assert(
    fc.property(text, release_, target, waiting, (name, release, target, waiting) => {
      const playbook = registered(name, { spec: { timeout: '1m' } })
      const run = pipelineRunOf({ ...full, playbook, release, target }, waiting ?? undefined)
      for (const [key, value] of Object.entries(run.metadata.labels ?? {})) {
        expect(key.split('/')[1]).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
        expect(value).toMatch(/^[a-z0-9]{1,40}$/)
      }
      expect(JSON.stringify(run.metadata.annotations).length).toBeLessThan(32_768)
      expect(JSON.parse(JSON.stringify(run))).toStrictEqual(run)
    }),
  )
})
