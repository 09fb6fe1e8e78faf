// What the bench takes for a right answer: a wrong one must fail the bench, not speed it up.

import { describe, expect, test } from 'vitest'
import { type Answer, body, isEmpty, validatedBy } from '../../bench/event.ts'
import { TYPE } from '../../shared/events/contract.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'

const digest = `sha256:${'a'.repeat(64)}`
const playbook: Playbook = {
  metadata: { namespace: 'remediation', name: 'oomkill-scale-down' },
  spec: { bundle: 'registry.example.com/oomkill-scale-down:v1.0.0' },
  status: { version: '1.0.0', digest },
}
const parameters = {
  TARGET_RESOURCE_KIND: 'Deployment',
  TARGET_RESOURCE_NAME: 'my-app',
  TARGET_NAMESPACE: 'production',
  SCALE_TARGET_REPLICAS: '1',
}

function answered(changes: Partial<Answer> & { data?: object } = {}): Answer {
  const { data, ...rest } = changes
  const named = { namespace: 'remediation', name: 'oomkill-scale-down', version: '1.0.0', digest }
  const policy = { rule: 'default/confidence' }
  const right = { analysis: JSON.parse(body.toString()), playbook: named, parameters, policy, ...data }
  return { id: 'event-1', status: 200, type: TYPE.validated, body: JSON.stringify(right), ...rest }
}

describe('validatedBy, once it knows a right answer', () => {
  const check = validatedBy(playbook)
  const answerTo = (id: string, data: object = {}) => answered({ id, data: { analysis: { id }, ...data } })
  check(answerTo('event-1'))

  test('the same answer to another event is right', () => {
    expect(check(answerTo('event-22'))).toBeUndefined()
  })

  test('an answer to another event than the one sent is wrong', () => {
    expect(check({ ...answerTo('event-22'), id: 'event-23' })).toContain('event-22')
  })

  test('another answer is wrong', () => {
    expect(check(answerTo('event-24', { parameters: {} }))).toContain('"parameters":{}')
  })
})

describe('validatedBy', () => {
  const check = validatedBy(playbook)

  test('the whole answer is right', () => {
    expect(check(answered())).toBeUndefined()
  })

  test.each([
    ['a refusal', answered({ type: TYPE.rejected })],
    ['an answer without a type', answered({ type: undefined })],
    ['no content', answered({ status: 204, type: undefined, body: '' })],
    ['a fault', answered({ status: 503, type: undefined, body: 'the API is down' })],
    ['another digest', answered({ data: { playbook: { ...playbook.metadata, version: '1.0.0' } } })],
    [
      'a parameter that was not made text',
      answered({ data: { parameters: { ...parameters, SCALE_TARGET_REPLICAS: 1 } } }),
    ],
    ['another rule', answered({ data: { policy: { rule: 'the-last' } } })],
    ['a parameter too few', answered({ data: { parameters: {} } })],
  ])('%s is wrong', (_, answer) => {
    expect(check(answer)).toEqual(expect.stringContaining(answer.body))
  })
})

test.each([
  [{ status: 204, type: undefined, body: '' }, undefined],
  [{ status: 500, type: undefined, body: 'broken' }, '500 broken'],
  [{ status: 200, type: undefined, body: 'something' }, '200 something'],
])('the empty function answers 204 and nothing: %j', (answer, verdict) => {
  expect(isEmpty({ id: 'event-1', ...answer })).toBe(verdict)
})
