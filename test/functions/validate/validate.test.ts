// An analysis arrives: a good one is validated, a bad one is refused with a reason, and nothing else happens.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { validate } from '../../../functions/validate/index.ts'
import { placeTarget } from '../../../local/world/place-target.ts'
import { checkedData } from '../../../shared/events/check.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import type { RemediationRejected, RemediationValidated } from '../../../shared/events/types.ts'
import { analysisEvent, eventOf, runOf } from '../../kit/events.ts'
import { create, registered } from '../../kit/playbooks.ts'
import { analysis, validated } from '../../kit/remediations.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
  await registered(stage, 'scale-down')
  await registered(stage, 'asleep', { suspended: true })
  await placeTarget(stage, analysis('scale-down'))
  await create(stage, 'unborn', { bundle: 'registry.example.com/unborn:v1' })
})
afterAll(() => stage[Symbol.asyncDispose]())

function chosen(parameters: unknown, workflow: object = {}): object {
  return analysis('scale-down', 'web', {
    selected_workflow: { workflow_id: 'scale-down', confidence: 0.9, parameters, ...workflow },
  })
}

const scale = { playbook_id: 'scale-down', parameters: { REPLICAS: 1 } }
const tie = [
  { ...scale, confidence: 0.8 },
  { ...scale, playbook_id: 'asleep', confidence: 0.8 },
]

const REFUSALS: [what: string, data: unknown, reason: string, words: RegExp][] = [
  ['an unknown playbook', analysis('scale-dwon'), 'UnknownPlaybook', /nearest name is scale-down/],
  [
    'an unknown version',
    chosen({ REPLICAS: 1 }, { version: '9.9.9' }),
    'UnknownVersion',
    /no version 9\.9\.9/,
  ],
  ['a suspended playbook', analysis('asleep'), 'PlaybookSuspended', /suspended by its operator/],
  ['a playbook not registered yet', analysis('unborn'), 'PlaybookNotReady', /not looked at yet/],
  ['no playbook', { summary: 'all is well?' }, 'NoPlaybookChosen', /names no playbook/],
  [
    'a playbook of null',
    { selected_workflow: null, strategies: [] },
    'NoPlaybookChosen',
    /names no playbook/,
  ],
  ['no parameters', chosen(undefined), 'InvalidParameters', /wrong with the parameters/],
  ['parameters of null', chosen(null), 'InvalidParameters', /wrong with the parameters/],
  ['a value of null', chosen({ REPLICAS: null }), 'InvalidParameters', /wrong with the parameters/],
  [
    'a value of the wrong type',
    chosen({ REPLICAS: 'a few' }),
    'InvalidParameters',
    /wrong with the parameters/,
  ],
  [
    'an undeclared name',
    chosen({ REPLICAS: 1, REPLICA: 2 }),
    'InvalidParameters',
    /wrong with the parameters/,
  ],
  [
    'a value that Tekton would expand',
    chosen({ REPLICAS: '$(context.x)' }),
    'InvalidParameters',
    /wrong with/,
  ],
  ['two strategies that tie', { strategies: tie }, 'Tie', /same confidence/],
  [
    'a wish for a person',
    analysis('scale-down', 'web', { needs_human_review: true }),
    'NeedsHumanReview',
    /asks for a person/,
  ],
  ['nothing to do', analysis('scale-down', 'web', { actionable: false }), 'NotActionable', /./],
  ['prose without JSON', 'The pod restarts. I would scale it down.', 'Unreadable', /JSON/],
  ['nothing', undefined, 'Unreadable', /JSON/],
  ['an empty text', '', 'Unreadable', /JSON/],
]

test.each(REFUSALS)('%s is refused', async (what, data, reason, words) => {
  const before = stage.requests.length

  const event = (await validated(stage, what, data)) as CloudEvent<RemediationRejected>

  expect(event.type).toBe(TYPE.rejected)
  expect(checkedData<RemediationRejected>(event)).toMatchObject({
    analysis: { source: '/analysis-service', id: what },
    reason,
    message: expect.stringMatching(words),
  })
  expect(event.subject).toBe(runOf({ source: '/analysis-service', id: what }))
  expect(stage.requests.slice(before).every(({ method }) => method === 'GET')).toBe(true)
  expect(stage.posted).toEqual([])
})

test('every fault of the parameters is named, each with a sentence', async () => {
  const event = await validated(stage, 'many', chosen({ REPLICAS: 99, REPLICA: 2 }))

  const { faults, playbook, target } = event.data as RemediationRejected
  expect(faults?.map(fault => fault.rule).toSorted()).toEqual(['maximum', 'undeclared'].toSorted())
  expect(faults?.every(fault => /\w+ .*\.$/.test(fault.message))).toBe(true)
  expect(playbook).toEqual({ namespace: TENANT, name: 'scale-down' })
  expect(target).toMatchObject({ kind: 'Deployment', name: 'web', namespace: 'shop' })
})

test('a good analysis is validated: pinned, coerced, with its target', async () => {
  const event = await validated(stage, 'good', chosen({ REPLICAS: 3 }))

  expect(event.type).toBe(TYPE.validated)
  const data = checkedData<RemediationValidated>(event)
  expect(data.playbook).toMatchObject({ namespace: TENANT, name: 'scale-down', version: '1.0.0' })
  expect(data.playbook.digest).toMatch(/^sha256:/)
  expect(data.parameters).toEqual({ REPLICAS: '3' })
  expect(data.target).toMatchObject({ kind: 'Deployment', name: 'web', namespace: 'shop' })
  expect(data.approval).toEqual({ required: false })
  expect(data.policy).toMatchObject({ version: 'default', rule: 'default/confidence', verdict: 'allow' })
})

test('text with a JSON block in it is read as a model wrote it', async () => {
  const data = `I looked at it.\n\`\`\`json\n${JSON.stringify(chosen({ REPLICAS: 2 }))}\n\`\`\`\nGood luck.`
  const cause = { ...analysisEvent('prose', data), datacontenttype: 'text/plain' }

  const event = await validate.create(stage.services)(cause)
  expect(event).toMatchObject({ type: TYPE.validated, data: { parameters: { REPLICAS: '2' } } })
})

test('the same analysis has the same answer, to the id', async () => {
  const once = await validated(stage, 'twice', chosen({}))
  expect(await validated(stage, 'twice', chosen({}))).toEqual(once)
  expect((await validated(stage, 'other', chosen({}))).id).not.toBe(once.id)
})

test('the trace of the analysis goes on', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const cause = eventOf(TYPE.analysisCompleted, chosen({ REPLICAS: 1 }), { traceparent })
  expect(await validate.create(stage.services)(cause)).toMatchObject({ traceparent, causationid: cause.id })
})

test('an API server that is down is no verdict on the analysis', async () => {
  const data = chosen({ REPLICAS: 1 })
  stage.api.fail('down')
  await expect(validated(stage, 'down', data)).rejects.toMatchObject({ kind: 'unavailable' })
  stage.api.fail()
  expect(await validated(stage, 'down', data)).toMatchObject({ type: TYPE.validated })
})
