// The journeys: each begins with what somebody does and ends with what somebody sees, in any world.

import { beforeAll, describe, expect, test } from 'vitest'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { readyCondition } from '../../shared/playbook/playbook.ts'
import { valuesOf } from '../../shared/remediation/describe.ts'
import { ANNOTATION, endingOf, isPending, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import {
  analysisOf,
  existingRun,
  ledgerOf,
  type Place,
  readyPlaybook,
  runOf,
  settledPlaybook,
  toldDenial,
  toldRefusal,
  toldRun,
} from './looks.ts'
import { publish, register } from './playbooks.ts'
import { eventually, type Stage, sendAnalysis } from './stage.ts'

const SCALE = 'echo "scaling $TARGET_RESOURCE_NAME to $SCALE_TARGET_REPLICAS"'

function bundleOf({ spec }: PipelineRun): string {
  return spec.pipelineRef?.params.find(param => param.name === 'bundle')?.value ?? ''
}

/** Runs every journey in a namespace of its own; `open` is asked once, before the first. */
export function defineJourneys(open: () => Promise<Place>): void {
  let place: Place
  let stage: Stage
  let namespace: string

  beforeAll(async () => {
    place = await open()
    const { stage: bare } = place
    stage = { ...bare, send: event => sendAnalysis(bare, event) }
    namespace = place.namespace
    for (const [name, script] of [
      ['scale', SCALE],
      ['broken', 'exit 3'],
    ] as const) {
      await publish(stage, namespace, { name, version: '1.0.0', script })
      await register(stage, namespace, { name, version: '1.0.0' })
      await readyPlaybook(place, name)
    }
  })

  describe('an operator publishes playbooks', () => {
    test('a pushed bundle becomes a Ready Playbook that is pinned to its digest', async () => {
      const digest = await publish(stage, namespace, { name: 'fresh', version: '1.0.0', script: SCALE })
      await register(stage, namespace, { name: 'fresh', version: '1.0.0' })
      const release = await readyPlaybook(place, 'fresh')
      expect(release).toMatchObject({
        version: '1.0.0',
        digest,
        pipeline: 'fresh',
        schemaCarrier: 'annotation',
      })
    })

    test('a Playbook without a bundle says why in its conditions', async () => {
      await register(stage, namespace, { name: 'missing', version: '1.0.0' })
      const condition = readyCondition(await settledPlaybook(place, 'missing'))
      expect(condition).toMatchObject({ status: 'False', reason: 'BundleNotFound' })
      expect(condition?.message).toContain('was pushed')
    })

    test('version 1.1.0 stands beside 1.0.0, and each run is made from its own digest', async () => {
      const first = await publish(stage, namespace, { name: 'twice', version: '1.0.0', script: SCALE })
      await register(stage, namespace, { name: 'twice', version: '1.0.0' })
      await readyPlaybook(place, 'twice', '1.0.0')
      const second = await publish(stage, namespace, {
        name: 'twice',
        version: '1.1.0',
        script: `${SCALE} slowly`,
      })
      await register(stage, namespace, { name: 'twice', version: '1.1.0' })
      await readyPlaybook(place, 'twice', '1.1.0')
      const older = analysisOf(place, { id: 'older', playbook: 'twice', target: 'older' })
      Object.assign((older.data as { selected_workflow: object }).selected_workflow, { version: '1.0.0' })
      const newer = analysisOf(place, { id: 'newer', playbook: 'twice', target: 'newer' })
      await stage.send(older)
      await stage.send(newer)
      expect(bundleOf(await toldRun(place, older))).toContain(first)
      expect(bundleOf(await toldRun(place, newer))).toContain(second)
    })
  })

  describe('an analysis arrives', () => {
    test('a run is created from the bundle, gets the parameters, ends, and everyone is told once', async () => {
      const event = analysisOf(place, { id: 'happy', playbook: 'scale', target: 'happy', replicas: 2 })
      await stage.send(event)
      const run = await toldRun(place, event)
      expect(valuesOf(run)).toEqual({
        TARGET_RESOURCE_KIND: 'Deployment',
        TARGET_RESOURCE_NAME: 'happy',
        TARGET_NAMESPACE: namespace,
        SCALE_TARGET_REPLICAS: '2',
      })
      expect(endingOf(run)?.finish).toBe('succeeded')
      expect(ledgerOf(run)).toMatchObject({ log: { state: 'told' } })
    })

    test('the same event three times is one run', async () => {
      const event = analysisOf(place, { id: 'again', playbook: 'scale', target: 'again' })
      await stage.send(event)
      const { metadata } = await existingRun(place, event)
      await stage.send(event)
      await toldRun(place, event)
      await stage.send(event)
      expect((await runOf(place, event))?.metadata.uid).toBe(metadata.uid)
    })

    test('wrong parameters start nothing, and somebody is told', async () => {
      const event = analysisOf(place, { id: 'wrong', playbook: 'scale', replicas: 'a few' })
      await stage.send(event)
      await toldRefusal(place, event)
      expect(await runOf(place, event)).toBeUndefined()
    })

    test('an unknown playbook starts nothing, and somebody is told', async () => {
      const event = analysisOf(place, { id: 'unknown', playbook: 'scael' })
      await stage.send(event)
      await toldRefusal(place, event)
      expect(await runOf(place, event)).toBeUndefined()
    })

    test('a step that fails is a failed run, told once', async () => {
      const event = analysisOf(place, { id: 'broken', playbook: 'broken', target: 'broken' })
      await stage.send(event)
      const run = await toldRun(place, event)
      expect(endingOf(run)).toMatchObject({ finish: 'failed' })
      expect(ledgerOf(run)).toMatchObject({ log: { state: 'told' } })
    })
  })

  describe('one run per target', () => {
    test('a second remediation of a target waits, and runs when the first has ended', async () => {
      const first = analysisOf(place, { id: 'first', playbook: 'scale', target: 'busy' })
      const second = analysisOf(place, { id: 'second', playbook: 'scale', target: 'busy' })
      await stage.send(first)
      await stage.send(second)
      expect((await existingRun(place, second)).metadata.annotations?.[ANNOTATION.waitsFor]).toContain(
        'has the target',
      )
      const [before, after] = [await toldRun(place, first), await toldRun(place, second)]
      const ended = Date.parse(before.status?.completionTime ?? '')
      expect(Date.parse(after.status?.startTime ?? '')).toBeGreaterThanOrEqual(ended)
    })
  })

  describe('a target that is busy', () => {
    test('is not waited for where the playbook says so: nothing runs, and somebody is told', async () => {
      await publish(stage, namespace, { name: 'impatient', version: '1.0.0', script: SCALE })
      await register(stage, namespace, { name: 'impatient', version: '1.0.0', onBusy: 'reject' })
      await readyPlaybook(place, 'impatient')
      const first = analysisOf(place, { id: 'patient', playbook: 'scale', target: 'rejected' })
      const second = analysisOf(place, { id: 'impatient', playbook: 'impatient', target: 'rejected' })
      await stage.send(first)
      await existingRun(place, first)
      await stage.send(second)
      const ledger = await toldDenial(place, second)
      expect(ledger.metadata.annotations?.[ANNOTATION.event]).toContain('TargetBusy')
      expect(await runOf(place, second)).toBeUndefined()
    })
  })

  describe('a target that was remediated in vain three times', () => {
    test('is not remediated again before a person has looked at it', async () => {
      const send = async (index: number) => {
        const event = analysisOf(place, { id: `vain-${index}`, playbook: 'broken', target: 'vain' })
        await stage.send(event)
        return event
      }
      for (const index of [1, 2, 3])
        expect(endingOf(await toldRun(place, await send(index)))?.finish).toBe('failed')
      const run = await existingRun(place, await send(4))
      expect(isPending(run)).toBe(true)
      expect(run.metadata.labels?.[LABEL.waiting]).toBe('approval')
      expect(run.metadata.annotations?.[ANNOTATION.waitsFor]).toContain('3')
    })
  })

  describe('people intervene', () => {
    test('a run that needs an approval waits; released by hand, it runs', async () => {
      const more = { approval_required: true, approval_reason: 'production' }
      const event = analysisOf(place, { id: 'approve', playbook: 'scale', target: 'approve', more })
      await stage.send(event)
      const waiting = await existingRun(place, event)
      expect(isPending(waiting)).toBe(true)
      expect(waiting.metadata.labels?.[LABEL.waiting]).toBe('approval')
      const key = { namespace, name: waiting.metadata.name }
      await stage.kubernetes.patch(pipelineRuns, key, { spec: { status: null } })
      expect(endingOf(await toldRun(place, event))?.finish).toBe('succeeded')
    })

    test('a waiting run that a person cancels is told as cancelled', async () => {
      const more = { approval_required: true }
      const event = analysisOf(place, { id: 'cancel', playbook: 'scale', target: 'cancel', more })
      await stage.send(event)
      const { metadata } = await existingRun(place, event)
      const key = { namespace, name: metadata.name }
      await stage.kubernetes.patch(pipelineRuns, key, { spec: { status: 'Cancelled' } })
      expect(endingOf(await toldRun(place, event))?.finish).toBe('cancelled')
    })

    test('a waiting run that a person deletes is gone, and its target is free', async () => {
      const more = { approval_required: true }
      const event = analysisOf(place, { id: 'delete', playbook: 'scale', target: 'delete', more })
      await stage.send(event)
      const { metadata } = await existingRun(place, event)
      await stage.kubernetes.remove(pipelineRuns, { namespace, name: metadata.name })
      await eventually('the run is gone', async () =>
        (await runOf(place, event)) === undefined ? true : undefined,
      )
      const next = analysisOf(place, { id: 'next', playbook: 'scale', target: 'delete' })
      await stage.send(next)
      expect(endingOf(await toldRun(place, next))?.finish).toBe('succeeded')
    })
  })
}
