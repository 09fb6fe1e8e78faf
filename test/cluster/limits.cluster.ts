// A limit on a real cluster: execute and sweep are told of it, and of two remediations that may not run at once one waits.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { knativeServices } from '../../scripts/deploy/kinds.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { ANNOTATION, endingOf, isPending } from '../../shared/remediation/marks.ts'
import { analysisOf, existingRun, readyPlaybook, toldRun } from '../journeys/looks.ts'
import { publish, register } from '../journeys/playbooks.ts'
import { eventually, sendAnalysis } from '../journeys/stage.ts'
import { kubectl } from './kubectl.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage, SYSTEM } from './stage.ts'

const stage = openStage()
const { namespace, remove } = takeNamespace('limits')
const place = { stage, namespace }
const LIMITED = ['execute', 'sweep']
const ENV = '/spec/template/spec/containers/0/env'

interface Service extends KubernetesObject {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { env: object[] }[] } }
  }
  readonly status?: { readonly latestReadyRevisionName?: string; readonly latestCreatedRevisionName?: string }
}

function serviceOf(name: string): Promise<Service | undefined> {
  return stage.kubernetes.get<Service>(knativeServices, { namespace: SYSTEM, name })
}

/** Gives a function other settings, and waits until the revision that has them takes the events. */
async function configure(name: string, env: readonly object[]): Promise<void> {
  const before = (await serviceOf(name))?.status?.latestReadyRevisionName
  const patch = JSON.stringify([{ op: 'replace', path: ENV, value: env }])
  kubectl(['-n', SYSTEM, 'patch', 'ksvc', name, '--type', 'json', '-p', patch])
  await eventually(`${name} has other settings`, async () => {
    const { latestReadyRevisionName: ready, latestCreatedRevisionName: created } =
      (await serviceOf(name))?.status ?? {}
    return ready !== before && ready === created ? true : undefined
  })
  kubectl(['-n', SYSTEM, 'wait', `ksvc/${name}`, '--for=condition=Ready', '--timeout=60s'])
}

const found = new Map<string, object[]>()

beforeAll(async () => {
  await publish(stage, namespace, { name: 'limited', version: '1.0.0', script: 'sleep 3' })
  await register(stage, namespace, { name: 'limited', version: '1.0.0' })
  await readyPlaybook(place, 'limited')
  const value = JSON.stringify({ playbook: { atOnce: 1 } })
  for (const name of LIMITED) {
    const env = (await serviceOf(name))?.spec.template.spec.containers[0]?.env ?? []
    found.set(name, env)
    await configure(name, [...env, { name: 'LIMITS', value }])
  }
})

afterAll(async () => {
  for (const [name, env] of found) await configure(name, env)
  remove()
})

test('of two remediations of one playbook, which may run once at a time, one waits for the other', async () => {
  const [first, second] = ['one', 'two'].map(id => analysisOf(place, { id, playbook: 'limited', target: id }))
  if (first === undefined || second === undefined) throw new Error('two were made')
  await sendAnalysis(stage, first)
  expect(isPending(await existingRun(place, first))).toBe(false)
  await sendAnalysis(stage, second)
  const waiting = await existingRun(place, second)
  expect(isPending(waiting)).toBe(true)
  expect(waiting.metadata.annotations?.[ANNOTATION.waitsFor]).toContain('limited')
  const [before, after] = [await toldRun(place, first), await toldRun(place, second)]
  expect(endingOf(after)?.finish).toBe('succeeded')
  expect(Date.parse(after.status?.startTime ?? '')).toBeGreaterThanOrEqual(
    Date.parse(before.status?.completionTime ?? ''),
  )
})
