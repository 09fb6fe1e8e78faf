// The event about a registration: the same verdict on the same generation is the same event.

import { expect, test } from 'vitest'
import { verdictEvent } from '../../../functions/register/verdict-event.ts'
import { checkedData } from '../../../shared/events/check.ts'
import { digestOf } from '../../../shared/oci/digest.ts'
import { DIGEST, pipeline, playbook, read, registeredFrom, rejectedFrom, SCHEMA } from './kit.ts'

const rejection = rejectedFrom(read({ object: pipeline({ params: [{ name: 'REGION' }] }) }))

test('a registration is told with what was registered', () => {
  expect(verdictEvent(playbook(), registeredFrom(read()))).toMatchObject({
    type: 'io.kubernaut.playbook.registered.v1',
    source: '/playbook-functions/register',
    subject: 'sre/scale-down',
    dataschema: 'https://playbook.kubernaut.io/events/playbook.registered.v1.json',
    data: {
      playbook: { namespace: 'sre', name: 'scale-down', version: '1.0.0', digest: DIGEST },
      pipeline: 'scale-down',
      schemaDigest: digestOf(Buffer.from(JSON.stringify(SCHEMA))),
      findings: [],
    },
  })
})

test('a rejection is told with its reason and findings, as its schema wants it', () => {
  const event = verdictEvent(playbook(), rejection)
  if (event === undefined) throw new Error('nothing is told')
  expect(event.type).toBe('io.kubernaut.playbook.rejected.v1')
  expect(checkedData(event)).toEqual({
    playbook: { namespace: 'sre', name: 'scale-down' },
    reason: 'PipelineContradictsSchema',
    message: rejection.message,
    findings: rejection.findings,
  })
})

test('a postponement is not told', () => {
  const postponed = { kind: 'postponed', reason: 'RegistryUnavailable', message: 'No answer.' } as const
  expect(verdictEvent(playbook(), postponed)).toBeUndefined()
})

test('its id is that of the generation, the verdict and the reason', () => {
  const of = playbook()
  const next = { ...of, metadata: { ...of.metadata, generation: 4 } }
  const registration = registeredFrom(read())
  const id = verdictEvent(of, registration)?.id
  expect(id).toMatch(/^[0-9a-f]{40}$/)
  expect(verdictEvent(of, registration)?.id).toBe(id)
  expect(verdictEvent(next, registration)?.id).not.toBe(id)
  expect(verdictEvent(of, rejection)?.id).not.toBe(id)
  expect(verdictEvent(of, { ...rejection, reason: 'NoVersion' })?.id).not.toBe(
    verdictEvent(of, rejection)?.id,
  )
})
