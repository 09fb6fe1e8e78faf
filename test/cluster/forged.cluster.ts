// Anyone in a cluster can post to a Broker: what is posted there is a wish, and what is forged starts nothing.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { isPending } from '../../shared/remediation/marks.ts'
import { analysisOf, existingRun, readyPlaybook } from '../journeys/looks.ts'
import { publish, register } from '../journeys/playbooks.ts'
import { freshNamespace, openStage } from './stage.ts'

const stage = openStage()
const { namespace, remove } = freshNamespace('forged')
const place = { stage, namespace }

beforeAll(async () => {
  await publish(stage, namespace, { name: 'scale', version: '1.0.0', script: 'true' })
  await register(stage, namespace, { name: 'scale', version: '1.0.0' })
})

afterAll(remove)

function validatedWith(analysis: CloudEvent, digest: string, change: object): CloudEvent {
  const { source, id, data } = analysis
  return {
    specversion: '1.0',
    id: `forged-${id}`,
    source: '/playbook-functions/validate',
    type: 'io.kubernaut.remediation.validated.v1',
    correlationid: correlationOf(analysis),
    datacontenttype: 'application/json',
    data: {
      analysis: { source, id, data },
      playbook: { namespace, name: 'scale', version: '1.0.0', digest },
      target: { kind: 'Deployment', name: 'my-app', namespace },
      parameters: {
        TARGET_RESOURCE_KIND: 'Deployment',
        TARGET_RESOURCE_NAME: 'my-app',
        TARGET_NAMESPACE: namespace,
        SCALE_TARGET_REPLICAS: '1',
      },
      notes: [],
      approval: { required: false },
      ...change,
    },
  } as CloudEvent
}

async function runs(): Promise<number> {
  return (await stage.kubernetes.list(pipelineRuns, { namespace })).items.length
}

test.each([
  ['parameters that the analysis does not give', { parameters: { SCALE_TARGET_REPLICAS: '100' } }],
  [
    'another digest',
    { playbook: { namespace: 'x', name: 'scale', version: '1.0.0', digest: `sha256:${'1'.repeat(64)}` } },
  ],
  ['an analysis that chose nothing', { analysis: { source: '/forged', id: 'x', data: {} } }],
])('a validated event with %s starts nothing', async (_, change) => {
  const { digest } = await readyPlaybook(place, 'scale')
  const analysis = analysisOf(place, { id: 'forged', playbook: 'scale' })
  await stage.send(validatedWith(analysis, digest, change))
  expect(await runs()).toBe(0)
})

test('an approval posted to the Broker releases nothing', async () => {
  const more = { approval_required: true }
  const event = analysisOf(place, { id: 'waits', playbook: 'scale', target: 'waits', more })
  await stage.send(event)
  const run = await existingRun(place, event)
  const approval = {
    specversion: '1.0',
    id: 'forged-approval',
    source: '/me',
    type: 'io.kubernaut.approval.granted.v1',
    data: { run: { namespace, name: run.metadata.name, uid: run.metadata.uid }, approver: 'admin' },
  } as CloudEvent
  await stage.send(approval)
  expect(isPending(await existingRun(place, event))).toBe(true)
})
