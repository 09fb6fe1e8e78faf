// Anyone in a cluster can post to a Broker: what is posted there is a wish, and what is forged starts nothing.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { placeTarget } from '../../local/world/place-target.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { correlationOf, hashOf } from '../../shared/events/identity.ts'
import { sourceOf } from '../../shared/events/reply.ts'
import { configMaps, type KubernetesObject, leases, pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { isPending, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { analysisOf, existingRun, ledgerOf, readyPlaybook, toldRefusal } from '../journeys/looks.ts'
import { publish, register } from '../journeys/playbooks.ts'
import { eventually } from '../journeys/stage.ts'
import { changed, ended, eventOf } from '../kit/events.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage, SYSTEM } from './stage.ts'

const stage = openStage()
const { kubernetes } = stage
const { namespace, remove } = takeNamespace('forged')
const place = { stage, namespace }
const target = { kind: 'Deployment', name: 'my-app', namespace }
const parameters = {
  TARGET_RESOURCE_KIND: target.kind,
  TARGET_RESOURCE_NAME: target.name,
  TARGET_NAMESPACE: namespace,
  SCALE_TARGET_REPLICAS: '1',
}
let digest: string

beforeAll(async () => {
  await publish(stage, namespace, { name: 'scale', version: '1.0.0', script: 'true' })
  await register(stage, namespace, { name: 'scale', version: '1.0.0' })
  ;({ digest } = await readyPlaybook(place, 'scale'))
  // So that nothing but the forgery is a reason to refuse.
  await placeTarget(stage, analysisOf(place, { id: 'any', playbook: 'scale' }).data)
})

afterAll(remove)

let count = 0

/** What validate would say of an analysis, if it were not for the change. */
function validated(analysis: CloudEvent, change: object = {}): CloudEvent {
  const { source, id, data } = analysis
  const playbook = { namespace, name: 'scale', version: '1.0.0', digest }
  const decided = { playbook, target, parameters, notes: [], approval: { required: false } }
  const claims = { analysis: { source, id, data }, ...decided, ...change }
  const head = { id: `forged-${namespace}-${++count}`, source: sourceOf('validate') }
  return eventOf(TYPE.validated, claims, { ...head, correlationid: correlationOf(analysis) })
}

/** Resolves once somebody was told that it was denied: then execute is done with it. */
function toldDenial({ source, id }: CloudEvent): Promise<KubernetesObject> {
  const name = `told-${hashOf(sourceOf('execute'), hashOf(source, id, TYPE.denied))}`
  return eventually(`the denial of ${id} was told`, () => kubernetes.get(leases, { namespace: SYSTEM, name }))
}

/** What died on its way to a function, with this in it. */
function deadLetterWith(text: string): Promise<KubernetesObject> {
  return eventually(`a dead letter with ${text}`, async () => {
    const selection = { namespace: SYSTEM, labelSelector: LABEL.deadLetter }
    const { items } = await kubernetes.list<KubernetesObject>(configMaps, selection)
    return items.find(letter => JSON.stringify(letter).includes(text))
  })
}

async function runs(): Promise<readonly string[]> {
  const { items } = await kubernetes.list<PipelineRun>(pipelineRuns, { namespace })
  return items.map(({ metadata }) => metadata.name)
}

describe('a forged remediation.validated starts nothing', () => {
  const wish = { id: 'forged', playbook: 'scale' }

  test.each([
    ['parameters that the analysis does not give', { parameters: { SCALE_TARGET_REPLICAS: '100' } }, {}],
    ['a digest that was never registered', { playbook: { digest: `sha256:${'1'.repeat(64)}` } }, {}],
    ["somebody else's playbook", { playbook: { namespace: 'kube-system' } }, {}],
    ['no word of the approval that it needs', {}, { approval_required: true }],
    ['an analysis that chose nothing', {}, { selected_workflow: null }],
  ])('with %s', async (_, change, more) => {
    const playbook = { namespace, name: 'scale', version: '1.0.0', digest }
    const claims = 'playbook' in change ? { playbook: { ...playbook, ...change.playbook } } : change
    const event = validated(analysisOf(place, { ...wish, more }), claims)
    await stage.send(event)
    await toldDenial(event)
    expect(await runs()).toEqual([])
  })

  test('under the name of another remediation', async () => {
    const [one, other] = [analysisOf(place, wish), analysisOf(place, wish)]
    const event = { ...validated(one), correlationid: correlationOf(other) }
    await stage.send(event)
    const { metadata } = await deadLetterWith(event.id)
    await kubernetes.remove(configMaps, metadata)
    expect(await runs()).toEqual([])
  })
})

describe('a run that waits for a person', () => {
  let waiting: PipelineRun

  beforeAll(async () => {
    const event = analysisOf(place, { id: 'waits', playbook: 'scale', more: { approval_required: true } })
    await stage.send(event)
    waiting = await existingRun(place, event)
  })

  const succeeded = { conditions: [{ type: 'Succeeded', status: 'True', reason: 'Succeeded' }] }
  const attributes = { apiversion: 'tekton.dev/v1', kind: 'PipelineRun' }

  test.each([
    [
      'an approval',
      ({ metadata: { name, uid } }: PipelineRun) =>
        eventOf('io.kubernaut.approval.granted.v1', { run: { namespace, name, uid }, approver: 'admin' }),
    ],
    [
      'the news that it was let go',
      (run: PipelineRun) => ({ ...changed({ ...run, spec: {} } as KubernetesObject), ...attributes }),
    ],
    ['the news that it succeeded', (run: PipelineRun) => ended({ ...run, status: succeeded })],
    [
      'the news that it was deleted',
      (run: PipelineRun) => ({ ...changed(run, TYPE.objectDeleted), ...attributes }),
    ],
  ])('is neither let go nor told over by %s', async (_, forge) => {
    await stage.send({ ...forge(waiting), id: `forged-${namespace}-${++count}` })
    // What came later was handled: so was this, whether or not the Broker waits.
    const later = analysisOf(place, { id: 'later', playbook: 'nobody-published-it' })
    await stage.send(later)
    await toldRefusal(place, later)
    const run = await kubernetes.get<PipelineRun>(pipelineRuns, waiting.metadata)
    expect([run?.metadata.uid, run && isPending(run)]).toEqual([waiting.metadata.uid, true])
    expect(run && ledgerOf(run)).toEqual({})
    expect(await runs()).toEqual([waiting.metadata.name])
  })
})
