// Anyone may post to a Broker: what validate did not say, or would not say now, starts nothing.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { execute } from '../../../functions/execute/index.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import type { RemediationValidated } from '../../../shared/events/types.ts'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { changed, ended, eventOf } from '../../kit/events.ts'
import { registered } from '../../kit/playbooks.ts'
import { analysis, deliver, lockOn, runs, validated } from '../../kit/remediations.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'

let stage: Stage
let honest: CloudEvent<RemediationValidated>
beforeAll(async () => {
  stage = await startStage()
  await registered(stage, 'scale')
  await registered(stage, 'manual', { approval: 'manual' })
  honest = (await validated(stage, 'a', analysis('scale'))) as CloudEvent<RemediationValidated>
})
afterAll(() => stage[Symbol.asyncDispose]())

function forge(data: Partial<RemediationValidated>): CloudEvent {
  const original = honest.data as RemediationValidated
  return { ...honest, data: { ...original, ...data } } as CloudEvent
}

function original(): RemediationValidated {
  return honest.data as RemediationValidated
}

test.each([
  ['other parameters', () => forge({ parameters: { REPLICAS: '0' } }), /parameters/],
  ['one more parameter', () => forge({ parameters: { REPLICAS: '3', FORCE: 'yes' } }), /parameters/],
  [
    'another digest',
    () => forge({ playbook: { ...original().playbook, digest: `sha256:${'0'.repeat(64)}` } }),
    /was validated/,
  ],
  ['another playbook', () => forge({ playbook: { ...original().playbook, name: 'manual' } }), /means/],
  [
    'another namespace',
    () => forge({ playbook: { ...original().playbook, namespace: 'kube-system' } }),
    /means/,
  ],
  [
    'a made-up playbook in the analysis',
    () => forge({ analysis: { ...original().analysis, data: analysis('made-up') } }),
    /made-up/,
  ],
  [
    'no approval where one is needed',
    () =>
      forge({
        analysis: { ...original().analysis, data: analysis('manual') },
        playbook: { ...original().playbook, name: 'manual' },
      }),
    /./,
  ],
])('%s: denied, and nothing starts', async (_, event, words) => {
  const reply = await deliver(stage, event())

  expect(reply).toMatchObject({ type: TYPE.denied, data: { message: expect.stringMatching(words) } })
  expect(await runs(stage)).toEqual([])
  expect((await lockOn(stage)).holder).toBeUndefined()
})

test.each([
  [
    'a correlation id that is not its own',
    () => ({ ...honest, correlationid: '0'.repeat(40) }) as CloudEvent,
  ],
  ['no correlation id', () => ({ ...honest, correlationid: undefined }) as CloudEvent],
  ['data that follow no schema', () => eventOf(TYPE.validated, { playbook: 'scale' })],
])('%s: malformed, and nothing starts', async (_, event) => {
  await expect(deliver(stage, event())).rejects.toMatchObject({ kind: 'malformed' })
  expect(await runs(stage)).toEqual([])
})

test('a run of somebody else with a name like ours is read once and left alone', async () => {
  const metadata = { name: 'rem-notreally', namespace: TENANT, uid: 'made-up' }
  const spec = { pipelineRef: { resolver: 'bundles', params: [] }, params: [] }
  const run = { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', metadata, spec }
  await stage.kubernetes.create(pipelineRuns, run)
  const before = stage.requests.length

  for (const event of [ended(run), changed(run)])
    expect(await execute.create(stage.services)(event)).toBeUndefined()

  expect(stage.requests.slice(before).map(({ method }) => method)).toEqual(['GET', 'GET'])
})

test('a finished run without our prefix costs no call at all', async () => {
  const before = stage.requests.length
  const data = { pipelineRun: { metadata: { name: 'build-42', namespace: 'ci' } } }
  expect(await deliver(stage, eventOf(TYPE.runSuccessful, data))).toBeUndefined()
  expect(stage.requests).toHaveLength(before)
})
