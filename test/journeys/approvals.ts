// The journeys of approval: somebody asks, somebody answers, or nobody does; in any world.

import { beforeAll, describe, expect, test } from 'vitest'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { ANNOTATION, endingOf, isPending, type PipelineRun } from '../../shared/remediation/marks.ts'
import { analysisOf, existingRun, type Place, readyPlaybook, runOf, toldRun } from './looks.ts'
import { publish, register } from './playbooks.ts'
import { sendAnalysis } from './stage.ts'

/** A world in which somebody may approve. */
export interface ApprovalPlace extends Place {
  /** Their user name, as the API server knows it. */
  readonly approver: string
  /** Runs `playbook` with these words as that person; answers its exit code. */
  readonly playbook: (words: readonly string[]) => Promise<number>
}

function receiptOf(run: PipelineRun): Receipt['predicate'] {
  return (JSON.parse(run.metadata.annotations?.[ANNOTATION.receipt] ?? '{}') as Receipt).predicate
}

/** Runs every journey in a namespace of its own; `open` is asked once, before the first. */
export function defineApprovalJourneys(open: () => Promise<ApprovalPlace>): void {
  let place: ApprovalPlace

  beforeAll(async () => {
    place = await open()
    const { stage, namespace } = place
    await publish(stage, namespace, { name: 'asks', version: '1.0.0', script: 'true' })
    await register(stage, namespace, { name: 'asks', version: '1.0.0', approval: 'manual' })
    await readyPlaybook(place, 'asks')
  })

  async function ask(id: string, target = id): Promise<{ event: CloudEvent; run: PipelineRun }> {
    const event = analysisOf(place, { id, playbook: 'asks', target })
    await sendAnalysis(place.stage, event)
    const run = await existingRun(place, event)
    expect(isPending(run)).toBe(true)
    return { event, run }
  }

  function patch({ metadata: { namespace, name } }: PipelineRun, change: object): Promise<PipelineRun> {
    return place.stage.kubernetes.patch(pipelineRuns, { namespace, name }, { ...change })
  }

  const annotate = (run: PipelineRun, annotations: object) => patch(run, { metadata: { annotations } })

  describe('a person approves', () => {
    test('with an annotation alone', async () => {
      const { event, run } = await ask('annotated')
      await annotate(run, { [ANNOTATION.approvedBy]: place.approver })
      const ended = await toldRun(place, event)
      expect(endingOf(ended)?.finish).toBe('succeeded')
      expect(receiptOf(ended)).toMatchObject({
        approval: { approvedBy: place.approver },
        outcome: { finish: 'succeeded' },
      })
    })

    test('with the command line; again, it says that it is too late', async () => {
      const { event, run } = await ask('commanded')
      const name = `${place.namespace}/${run.metadata.name}`
      expect(await place.playbook(['approve', name, '--uid', run.metadata.uid ?? ''])).toBe(0)
      expect(endingOf(await toldRun(place, event))?.finish).toBe('succeeded')
      expect(await place.playbook(['approve', name])).toBe(1)
      expect(await place.playbook(['deny', name])).toBe(1)
    })

    test('by hand, without a name: the receipt names nobody', async () => {
      const { event, run } = await ask('by-hand')
      await patch(run, { spec: { status: null } })
      const ended = await toldRun(place, event)
      expect(receiptOf(ended).outcome.finish).toBe('succeeded')
      expect(receiptOf(ended)).not.toHaveProperty('approval')
    })

    test('with an event, which counts only once the run says the same', async () => {
      const { event, run } = await ask('by-event')
      const { namespace, name, uid } = run.metadata
      const granted = (id: string) =>
        ({
          specversion: '1.0',
          id: `${id}-${uid}`,
          source: '/journeys',
          type: 'io.kubernaut.approval.granted.v1',
          datacontenttype: 'application/json',
          data: { run: { namespace, name, uid } },
        }) as CloudEvent
      await place.stage.send(granted('too-early'))
      expect(isPending(await existingRun(place, event))).toBe(true)
      await annotate(run, { [ANNOTATION.approvedBy]: place.approver })
      await place.stage.send(granted('in-time'))
      expect(endingOf(await toldRun(place, event))?.finish).toBe('succeeded')
    })

    test('two runs of one target: they run one after the other', async () => {
      const [first, second] = [await ask('one', 'both'), await ask('two', 'both')]
      for (const { run } of [first, second])
        await place.playbook(['approve', `${place.namespace}/${run.metadata.name}`])
      const [one, two] = [await toldRun(place, first.event), await toldRun(place, second.event)]
      const [earlier, later] = [one, two].sort(
        (a, b) => Date.parse(a.status?.startTime ?? '') - Date.parse(b.status?.startTime ?? ''),
      )
      expect(Date.parse(later?.status?.startTime ?? '')).toBeGreaterThanOrEqual(
        Date.parse(earlier?.status?.completionTime ?? ''),
      )
    })
  })

  describe('a person denies', () => {
    test.each([
      [
        'with an annotation alone',
        (run: PipelineRun) => annotate(run, { [ANNOTATION.deniedBy]: place.approver }),
      ],
      [
        'with the command line',
        (run: PipelineRun) =>
          place.playbook(['deny', `${place.namespace}/${run.metadata.name}`, '--reason', 'No.']),
      ],
    ])('%s: nothing runs, and it stays denied', async (how, deny) => {
      const { event, run } = await ask(`denied-${how.length}`)
      await deny(run)
      const ended = await toldRun(place, event)
      expect(receiptOf(ended)).toMatchObject({
        approval: { deniedBy: place.approver },
        outcome: { finish: 'denied' },
      })
      expect(ended.status?.childReferences ?? []).toEqual([])
      expect(await place.playbook(['approve', `${place.namespace}/${run.metadata.name}`])).toBe(1)
      expect((await runOf(place, event))?.spec.status).toBe('Cancelled')
    })
  })

  test('nobody answers in time: it is denied by itself', async () => {
    const { event, run } = await ask('expired')
    // As an approver may, so that the journey need not last a quarter of an hour.
    await annotate(run, { [ANNOTATION.expiresAt]: new Date(0).toISOString() })
    await place.stage.sweep()
    const ended = await toldRun(place, event)
    expect(receiptOf(ended)).toMatchObject({
      approval: { deniedBy: 'expiry' },
      outcome: { finish: 'expired' },
    })
  })
}
