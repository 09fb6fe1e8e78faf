// The journeys of the policy, in any world: an operator writes it, and what arrives from then on is decided by it. It is
// one for the whole system, so whoever runs these on a cluster must have it to himself; it is put back at the end.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { placeTarget } from '../../local/world/place-target.ts'
import { configMaps } from '../../shared/kubernetes/resources.ts'
import type { PolicyMap } from '../../shared/policy/read.ts'
import { ANNOTATION, endingOf, isPending, LABEL } from '../../shared/remediation/marks.ts'
import { analysisOf, existingRun, type Place, readyPlaybook, runOf, toldRefusal, toldRun } from './looks.ts'
import { publish, register } from './playbooks.ts'
import { type Stage, sendAnalysis } from './stage.ts'

const NAME = 'playbook-policy'

async function write({ kubernetes, system }: Stage, data: PolicyMap['data']): Promise<void> {
  const metadata = { namespace: system, name: NAME }
  const before = await kubernetes.get<PolicyMap>(configMaps, metadata)
  if (data === undefined) return before && kubernetes.remove(configMaps, metadata)
  await (before === undefined
    ? kubernetes.create<PolicyMap>(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
    : kubernetes.replace<PolicyMap>(configMaps, { ...before, data }))
}

function ruleFor(namespace: string, rest: string): string {
  return `rules: [{ name: journey, match: { namespaces: ${namespace} }, ${rest} }]`
}

export function definePolicyJourneys(open: () => Promise<Place>): void {
  let place: Place
  let stage: Stage
  let namespace: string
  let found: PolicyMap['data']

  beforeAll(async () => {
    place = await open()
    stage = place.stage
    namespace = place.namespace
    const key = { namespace: stage.system, name: NAME }
    found = (await stage.kubernetes.get<PolicyMap>(configMaps, key))?.data
    await publish(stage, namespace, { name: 'ruled', version: '1.0.0', script: 'true' })
    const preconditions = [{ expression: 'target.spec.replicas == 0', message: 'It is at work.' }]
    await register(stage, namespace, { name: 'ruled', version: '1.0.0', preconditions })
    await readyPlaybook(place, 'ruled')
  })

  afterAll(() => write(stage, found))

  async function send(id: string): Promise<ReturnType<typeof analysisOf>> {
    const event = analysisOf(place, { id, playbook: 'ruled', target: id })
    await sendAnalysis(stage, event)
    return event
  }

  describe('an operator writes a policy', () => {
    test('what it denies starts nothing, and somebody is told', async () => {
      await write(stage, { 'policy.yaml': ruleFor(namespace, 'then: deny, reason: Closed.') })
      const event = await send('denied')
      await toldRefusal(place, event)
      expect(await runOf(place, event)).toBeUndefined()
    })

    test('what it asks for waits for a person, with its reason', async () => {
      await write(stage, { 'policy.yaml': ruleFor(namespace, 'then: approve, reason: Ask first.') })
      const { metadata } = await existingRun(place, await send('asked'))
      expect(metadata.labels?.[LABEL.waiting]).toBe('approval')
      expect(metadata.annotations?.[ANNOTATION.waitsFor]).toBe('Ask first.')
    })

    test('broken, it leaves the last good one in force', async () => {
      await write(stage, { 'policy.yaml': ruleFor(namespace, 'then: deny, reason: Still closed.') })
      await toldRefusal(place, await send('before'))
      await write(stage, { 'policy.yaml': ruleFor(namespace, 'then: refuse') })
      const event = await send('after')
      await toldRefusal(place, event)
      expect(await runOf(place, event)).toBeUndefined()
    })

    test('suspended, nothing starts; let go, what waited runs', async () => {
      await write(stage, { suspended: 'true' })
      const event = await send('held')
      expect(isPending(await existingRun(place, event))).toBe(true)
      await stage.sweep()
      expect(isPending(await existingRun(place, event))).toBe(true)
      await write(stage, { suspended: 'false' })
      stage.later?.()
      await stage.sweep()
      expect(endingOf(await toldRun(place, event))?.finish).toBe('succeeded')
    })
  })

  describe('the world has changed since it was analysed', () => {
    test('a target that does not exist is not repaired', async () => {
      await write(stage, undefined)
      const event = analysisOf(place, { id: 'nowhere', playbook: 'ruled', target: 'nowhere' })
      await stage.send(event)
      await toldRefusal(place, event)
      expect(await runOf(place, event)).toBeUndefined()
    })

    test('a precondition that does not hold starts nothing', async () => {
      const event = analysisOf(place, { id: 'at-work', playbook: 'ruled', target: 'at-work' })
      await placeTarget(stage, event.data)
      const deployments = {
        group: 'apps',
        version: 'v1',
        plural: 'deployments',
        kind: 'Deployment',
        namespaced: true,
      }
      await stage.kubernetes.patch(deployments, { namespace, name: 'at-work' }, { spec: { replicas: 1 } })
      await stage.send(event)
      await toldRefusal(place, event)
      expect(await runOf(place, event)).toBeUndefined()
    })
  })
}
