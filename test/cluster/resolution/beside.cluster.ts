// With Tekton's own resolvers running, only `playbook` is ours: runs by a playbook's name, whatever happens to events and leaders.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolutionRequests } from '../../../shared/kubernetes/resources.ts'
import { endingOf } from '../../../shared/remediation/marks.ts'
import {
  isAnswered,
  type ResolutionRequest,
  succeededCondition,
  TYPE_LABEL,
} from '../../../shared/resolution/request.ts'
import { pipeline, publishing } from '../../conformance/tekton.bundles.ts'
import { readyPlaybook } from '../../journeys/looks.ts'
import { publish, register } from '../../journeys/playbooks.ts'
import { eventually } from '../../journeys/stage.ts'
import { kubectl } from '../kubectl.ts'
import { takeNamespace } from '../namespaces.ts'
import { openStage, SYSTEM } from '../stage.ts'
import { answerTo, dataOf, endOf, request, sourceOf, startRun } from './asking.ts'
import { type Gate, openGate } from './gate.ts'
import { installResolvers, removeResolvers, restartTektonResolvers } from './installation.ts'

const MINUTES_5 = 300_000
const SOURCE = 'apiserversources.sources.knative.dev/resolve-playbook'
/** A Pipeline whose only task is skipped: its run is real and ends at once, without a pod. */
const SKIPPED = { input: '$(params.TARGET_RESOURCE_KIND)', operator: 'in', values: ['Nothing'] }
const VALUES = {
  TARGET_RESOURCE_KIND: 'Deployment',
  TARGET_RESOURCE_NAME: 'my-app',
  TARGET_NAMESPACE: 'default',
  SCALE_TARGET_REPLICAS: '1',
}

const stage = openStage()
const { kubernetes } = stage
const { namespace, remove } = takeNamespace('beside')
const place = { stage, namespace }
const asker = { kubernetes, namespace }
const byName = { params: { name: 'quick', version: '1.0.0' }, values: VALUES }
let registry: Gate
let digest = ''

beforeAll(async () => {
  installResolvers(['playbook'])
  registry = await openGate(stage.registry)
  digest = await publish(stage, namespace, {
    ...{ name: 'quick', version: '1.0.0', script: 'true' },
    when: [SKIPPED],
  })
  await register({ ...stage, registry: registry.host }, namespace, { name: 'quick', version: '1.0.0' })
  await readyPlaybook(place, 'quick')
}, MINUTES_5)

afterAll(async () => {
  remove()
  removeResolvers()
  await registry?.[Symbol.asyncDispose]()
}, MINUTES_5)

test('a run by a playbook’s name is of the digest that was registered', async () => {
  const ended = await endOf(asker, await startRun(asker, 'playbook', byName))
  expect(endingOf(ended)).toMatchObject({ finish: 'succeeded' })
  const [algorithm = '', hex] = digest.split(':')
  expect(sourceOf(ended)).toEqual({
    uri: `${registry.host}/${namespace}/quick`,
    digest: { [algorithm]: hex },
    entryPoint: 'quick',
  })
})

test('a playbook that nobody registered fails the request, and an Event says so', async () => {
  const failed = await answerTo(asker, await request(asker, 'playbook', { name: 'quikc' }))
  expect(succeededCondition(failed)).toMatchObject({ status: 'False', reason: 'ResolutionFailed' })
  expect(succeededCondition(failed)?.message).toContain('The nearest name is quick.')
  const about = ['-n', namespace, 'get', 'events', '-o', 'jsonpath={.items[*].message}']
  const selector = `--field-selector=involvedObject.name=${failed.metadata.name}`
  await eventually('an Event', async () => kubectl([...about, selector]).includes('nearest') || undefined)
})

test('the other types are Tekton’s', async () => {
  const installed = ['-n', SYSTEM, 'get', 'services.serving.knative.dev', '-o', 'name']
  expect(kubectl(installed).match(/\/resolve-\w+/g)).toEqual(['/resolve-playbook'])
  const tasks = [{ name: 'a', taskSpec: { steps: [{ name: 'a', image: stage.image }] } }]
  const bundle = await publishing(stage.registry).publish([pipeline('scale', { tasks })])
  const asked = await request(asker, 'bundles', { bundle, name: 'scale', kind: 'pipeline' })
  expect(dataOf(await answerTo(asker, asked))).toContain('"scale"')
})

test('a run whose event nobody sends goes on all the same', async () => {
  kubectl(['-n', SYSTEM, 'delete', SOURCE])
  try {
    const ended = await endOf(asker, await startRun(asker, 'playbook', byName))
    expect(endingOf(ended)).toMatchObject({ finish: 'succeeded' })
  } finally {
    installResolvers(['playbook'])
  }
})

test(
  'a run survives that another leader takes over Tekton’s own resolvers meanwhile',
  async () => {
    const release = registry.hold()
    const before = registry.asked.length
    try {
      const values = { ...VALUES, TARGET_RESOURCE_NAME: 'held' }
      const run = await startRun(asker, 'playbook', { params: { name: 'quick' }, values })
      await eventually('it is fetched', async () => registry.asked.length > before || undefined)
      restartTektonResolvers()
      // Whatever the new leader finds waiting it takes up first.
      const after = await answerTo(asker, await request(asker, 'bundles', {}))
      expect(succeededCondition(after)?.message).toContain('parameter "bundle" required')
      const labelSelector = `${TYPE_LABEL}=playbook`
      const { items } = await kubernetes.list<ResolutionRequest>(resolutionRequests, {
        namespace,
        labelSelector,
      })
      expect(items.filter(each => !isAnswered(each))).toHaveLength(1)
      release()
      expect(endingOf(await endOf(asker, run))).toMatchObject({ finish: 'succeeded' })
    } finally {
      release()
    }
  },
  MINUTES_5,
)
