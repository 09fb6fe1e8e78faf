// Each kind of target that may be read is read, by validate and again by execute: one that is gone is refused.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { ANNOTATION, isPending } from '../../shared/remediation/marks.ts'
import { analysisOf, existingRun, readyPlaybook, runOf, toldRefusal } from '../journeys/looks.ts'
import { publish, register } from '../journeys/playbooks.ts'
import { kubectl } from './kubectl.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage } from './stage.ts'

const stage = openStage()
const { namespace, remove } = takeNamespace('targets')
const place = { stage, namespace }
const text = { type: 'string', maxLength: 63 }
const SCHEMA = {
  type: 'object',
  properties: {
    TARGET_RESOURCE_KIND: text,
    TARGET_RESOURCE_NAME: text,
    // A Node has none.
    TARGET_NAMESPACE: { ...text, default: '' },
    SCALE_TARGET_REPLICAS: { type: 'integer' },
  },
}

beforeAll(async () => {
  await publish(stage, namespace, { name: 'any', version: '1.0.0', script: 'true', schema: SCHEMA })
  await register(stage, namespace, { name: 'any', version: '1.0.0', approval: 'manual' })
  await readyPlaybook(place, 'any')
})

afterAll(() => {
  kubectl(['delete', 'persistentvolume', namespace, '--ignore-not-found', '--wait=false'])
  remove()
})

const labels = { app: 'target' }
const pod = { containers: [{ name: 'app', image: 'app:1' }], schedulerName: 'nobody', restartPolicy: 'Never' }
const template = { metadata: { labels }, spec: { ...pod, restartPolicy: 'Always' } }
const selector = { matchLabels: labels }
const job = { suspend: true, template: { spec: pod } }
/** A class that nobody serves: neither is bound to the other. */
const storageClassName = 'nobody'
const claim = {
  storageClassName,
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
}
const volume = {
  capacity: { storage: '1Gi' },
  accessModes: ['ReadWriteOnce'],
  hostPath: { path: '/nowhere' },
}

/** None of them makes a pod that runs. */
const TARGETS: readonly [apiVersion: string, kind: string, spec: object][] = [
  ['apps/v1', 'Deployment', { replicas: 0, selector, template }],
  ['apps/v1', 'StatefulSet', { replicas: 0, serviceName: 'target', selector, template }],
  [
    'apps/v1',
    'DaemonSet',
    { selector, template: { ...template, spec: { ...template.spec, nodeSelector: { no: 'node' } } } },
  ],
  ['apps/v1', 'ReplicaSet', { replicas: 0, selector, template }],
  ['batch/v1', 'Job', job],
  ['batch/v1', 'CronJob', { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: job } }],
  ['v1', 'Pod', pod],
  ['v1', 'PersistentVolumeClaim', claim],
]

/** An analysis of an object; one of a kind without namespaces has none. */
function about(id: string, target: { kind: string; name: string; namespace?: string }): CloudEvent {
  const event = analysisOf(place, { id, playbook: 'any', target: target.name })
  const data = event.data as { selected_workflow: { parameters: object } }
  const { SCALE_TARGET_REPLICAS } = data.selected_workflow.parameters as Record<string, unknown>
  const selected_workflow = { ...data.selected_workflow, parameters: { SCALE_TARGET_REPLICAS } }
  return {
    ...event,
    data: { ...data, root_cause_analysis: { remediation_target: target }, selected_workflow },
  }
}

async function expectFound(event: CloudEvent): Promise<void> {
  await stage.send(event)
  const run = await existingRun(place, event)
  expect(isPending(run)).toBe(true)
  expect(run.metadata.annotations?.[ANNOTATION.waitsFor]).not.toContain('could not be looked at')
}

test.each(TARGETS)(
  '%s %s: one that is there waits for its approval, one that is gone is refused',
  async (apiVersion, kind, spec) => {
    const name = kind.toLowerCase()
    await stage.apply({ apiVersion, kind, metadata: { name, namespace }, spec } as KubernetesObject)
    await expectFound(about(name, { kind, name, namespace }))
    const gone = about(`no-${name}`, { kind, name: 'gone', namespace })
    await stage.send(gone)
    await toldRefusal(place, gone)
    expect(await runOf(place, gone)).toBeUndefined()
  },
)

test('a Node is found without a namespace', async () => {
  const name = kubectl(['get', 'nodes', '-o', 'jsonpath={.items[0].metadata.name}'])
  await expectFound(about('node', { kind: 'Node', name }))
})

test('a PersistentVolume is found without a namespace', async () => {
  const metadata = { name: namespace }
  await stage.apply({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata,
    spec: volume,
  } as KubernetesObject)
  await expectFound(about('volume', { kind: 'PersistentVolume', name: namespace }))
})
