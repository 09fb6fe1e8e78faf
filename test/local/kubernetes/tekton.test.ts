// What Tekton's webhooks change and refuse of runs, as the API server reports it.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LocalKubernetes, startKubernetes } from '../../../local/kubernetes/server.ts'
import { RUNS, type Send, sender } from './api.ts'

let kubernetes: LocalKubernetes
let send: Send

beforeEach(async () => {
  kubernetes = await startKubernetes()
  send = sender(kubernetes)
})
afterEach(() => kubernetes.close())

const DENIED =
  'admission webhook "validation.webhook.pipeline.tekton.dev" denied the request: validation failed: invalid value: '
const STARTED = `${DENIED}Once the PipelineRun has started, only status updates are allowed: spec`

function create(spec: object) {
  const run = { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', metadata: { name: 'run' }, spec }
  return send('POST', RUNS, run)
}

const patch = (body: unknown) => send('PATCH', `${RUNS}/run`, body)

function start(succeeded: string) {
  const conditions = [{ type: 'Succeeded', status: succeeded }]
  const status = { startTime: '2026-01-02T03:04:05Z', conditions }
  return send('PATCH', `${RUNS}/run/status`, { status })
}

test('a run gets the defaults of Tekton, and durations as Go writes them', async () => {
  const { body } = await create({ pipelineRef: { name: 'p' }, timeouts: { tasks: '90s' } })
  expect(body.spec).toEqual({
    pipelineRef: { name: 'p' },
    timeouts: { pipeline: '1h0m0s', tasks: '1m30s' },
    taskRunTemplate: { serviceAccountName: 'default' },
  })
})

test('a pending run may be released, annotated and cancelled, and nothing else', async () => {
  await create({ pipelineRef: { name: 'p' }, status: 'PipelineRunPending' })
  const changed = await patch({ spec: { params: [{ name: 'a', value: 'b' }] } })
  expect(changed).toMatchObject({ status: 400, body: { reason: 'BadRequest', message: STARTED } })
  expect((await patch({ metadata: { annotations: { a: 'b' } } })).status).toBe(200)
  expect((await patch({ spec: { status: null } })).body.spec?.status).toBeUndefined()
  expect((await patch({ spec: { status: 'Cancelled' } })).body.spec?.status).toBe('Cancelled')
})

test('a run that has started cannot become pending', async () => {
  await create({ pipelineRef: { name: 'p' } })
  await start('Unknown')
  const { status, body } = await patch({ spec: { status: 'PipelineRunPending' } })
  expect(status).toBe(400)
  expect(body.message).toBe(`${DENIED}PipelineRun cannot be Pending after it is started: spec.status`)
})

test('a run that is complete keeps its spec', async () => {
  await create({ pipelineRef: { name: 'p' } })
  await start('True')
  const { status, body } = await patch({ spec: { status: 'Cancelled' } })
  expect(status).toBe(400)
  expect(body.message).toBe(`${DENIED}Once the PipelineRun is complete, no updates are allowed: spec`)
  expect((await patch({ metadata: { labels: { a: 'b' } } })).status).toBe(200)
})

test.each([
  [{}, 'expected exactly one, got neither: spec.pipelineRef, spec.pipelineSpec'],
  [
    { pipelineRef: { name: 'p' }, pipelineSpec: {} },
    'expected exactly one, got both: spec.pipelineRef, spec.pipelineSpec',
  ],
  [
    { pipelineRef: { name: 'p' }, status: 'Paused' },
    'invalid value: Paused should be Cancelled, CancelledRunFinally, StoppedRunFinally or PipelineRunPending: spec.status',
  ],
])('a run %j is refused', async (spec, why) => {
  const { status, body } = await create(spec)
  expect(status).toBe(400)
  expect(body.message).toContain(`validation failed: ${why}`)
})
