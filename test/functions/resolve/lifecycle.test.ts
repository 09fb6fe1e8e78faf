// The life of a request where no controller of Tekton's looks after it.

import { describe, expect, test } from 'vitest'
import { nextStep } from '../../../functions/resolve/lifecycle.ts'
import { type ResolutionRequest, succeededCondition } from '../../../shared/resolution/request.ts'
import { push } from '../../kit/playbooks.ts'
import { until } from '../../kit/until.ts'
import { answered, ask, dataOf, failureOf, look, pipelineIn, startResolving, tell } from './kit.ts'

const CREATED = '2026-01-01T00:00:00Z'
const MINUTE = 60_000

describe('the next step', () => {
  const condition = (status: 'True' | 'False' | 'Unknown') => ({
    conditions: [{ type: 'Succeeded', status }],
  })
  const late = {
    verdict: {
      status: 'False',
      reason: 'ResolutionTimedOut',
      message: 'resolution took longer than global timeout of 1m0s',
    },
  }
  const begun = {
    verdict: { status: 'Unknown', reason: 'ResolutionInProgress', message: 'waiting for resolver' },
    again: 50_000,
  }
  test('is not later than a timer can count', () => {
    const request = { metadata: { name: 'a', creationTimestamp: CREATED } }
    expect(nextStep(request, Date.parse(CREATED), 1_000 * 60 * MINUTE).again).toBe(2 ** 31 - 1)
  })

  test.each<[string, ResolutionRequest['status'], number, object]>([
    ['with a new request is to begin', undefined, 10_000, begun],
    ['with one that goes on is to wait', condition('Unknown'), 10_000, { again: 50_000 }],
    [
      'with data is success',
      { ...condition('Unknown'), data: 'YQ==' },
      10_000,
      { verdict: { status: 'True' } },
    ],
    ['with data is success, however late', { data: 'YQ==' }, 2 * MINUTE, { verdict: { status: 'True' } }],
    ['after its time is failure', condition('Unknown'), MINUTE, late],
    ['with one that nobody began in time is failure', undefined, MINUTE, late],
    ['after success is none', { ...condition('True'), data: 'YQ==' }, 2 * MINUTE, {}],
    ['after failure is none', condition('False'), 2 * MINUTE, {}],
  ])('%s', (_, status, age, expected) => {
    const request = { metadata: { name: 'a', creationTimestamp: CREATED }, ...(status && { status }) }
    expect(nextStep(request, Date.parse(CREATED) + age, MINUTE)).toEqual(expected)
  })
})

const OWN = { env: { RESOLUTION_LIFECYCLE: 'true' } }

test('a request begins, is answered and succeeds; its data is never lost', async () => {
  await using resolving = await startResolving(OWN)
  const { stage, handler } = resolving
  await handler.warm?.()
  const request = await ask(stage, { params: pipelineIn(await push(stage, 'playbooks/scale:v1')) })
  await tell(resolving, request)
  const done = await until('success', async () => {
    const now = await look(stage, request)
    return succeededCondition(now)?.status === 'True' && now
  })
  expect(dataOf(done)).toContain('"Pipeline"')
  expect(done.status).toMatchObject({ observedGeneration: 1, refSource: { entryPoint: 'scale' } })
})

test('requests of every type time out, also those that nobody answers', async () => {
  await using resolving = await startResolving(OWN)
  const { stage, handler } = resolving
  const request = await ask(stage, { type: 'nobody' })
  stage.clock.advance(2 * MINUTE)
  await handler.warm?.()
  await until('the end', async () => succeededCondition(await look(stage, request))?.status === 'False')
  expect(failureOf(await look(stage, request)).reason).toBe('ResolutionTimedOut')
})

test('where Tekton runs, all of that is left to it', async () => {
  await using resolving = await startResolving()
  await resolving.handler.warm?.()
  const { stage } = resolving
  const request = await answered(resolving, { params: pipelineIn(await push(stage, 'playbooks/scale:v1')) })
  expect(request.status?.conditions).toBeUndefined()
})
