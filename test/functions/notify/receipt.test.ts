// The receipt of a run is written when it has ended, once, and its final event carries it.

import { expect, test } from 'vitest'
import { notify } from '../../../functions/notify/index.ts'
import { KubernetesError } from '../../../shared/kubernetes/errors.ts'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import type { Receipt } from '../../../shared/receipt/receipt.ts'
import { ANNOTATION, LABEL } from '../../../shared/remediation/marks.ts'
import { ended } from '../../kit/events.ts'
import { dyingAfter, hooked } from '../../kit/hook.ts'
import { finish, readRun } from '../../kit/remediations.ts'
import { type Stage, TENANT } from '../../kit/stage.ts'
import { scene } from './scene.ts'

async function receiptOn(stage: Stage, run: string): Promise<string | undefined> {
  return (await readRun(stage, run)).metadata.annotations?.[ANNOTATION.receipt]
}

test('it is on the run and in the event, the same bytes each time', () =>
  scene(async ({ stage, run, tell }) => {
    const event = ended(await finish(stage, run))
    const reply = await tell(event)
    const written = await receiptOn(stage, run)
    const patches = stage.requests.filter(({ method }) => method === 'PATCH').length
    const again = await tell(event)

    const { receipt } = (reply?.data ?? {}) as { receipt: Receipt }
    expect(written).toBe(JSON.stringify(receipt))
    expect(again).toEqual(reply)
    expect(stage.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(patches)
    expect(receipt.predicate).toMatchObject({
      analysis: { source: '/analysis-service', id: 'a' },
      parameters: {
        before: { values: { REPLICAS: { value: 3 } } },
        after: { values: { REPLICAS: { value: '3' } } },
      },
      outcome: { finish: 'succeeded' },
    })
  }))

test('a run that was denied gets one too', () =>
  scene(async ({ stage, run, tell }) => {
    const annotations = { [ANNOTATION.deniedBy]: 'dan' }
    await stage.kubernetes.patch(
      pipelineRuns,
      { namespace: TENANT, name: run },
      { metadata: { annotations } },
    )
    await tell(ended(await finish(stage, run, 'Cancelled')))
    expect(await receiptOn(stage, run)).toContain('"finish":"denied"')
  }))

test.each([0, 1, 2, 3, 4, 5, 6])('a process that dies after %i calls leaves no told run without one', calls =>
  scene(async ({ stage, run, tell }) => {
    const event = ended(await finish(stage, run))
    const dying = stage.replica({ kubernetes: dyingAfter(stage.kubernetes, calls) })
    await notify
      .create(dying)(event)
      .catch(() => undefined)
    const { labels } = (await readRun(stage, run)).metadata
    if (labels?.[LABEL.told] === 'yes') expect(await receiptOn(stage, run)).toBeDefined()
    await tell(event)
    expect(await receiptOn(stage, run)).toContain('"finish":"succeeded"')
  }),
)

test('a cluster that refuses the annotation does not keep people from hearing of the end', () =>
  scene(async ({ stage, receiver, run }) => {
    const event = ended(await finish(stage, run))
    let refused = 0
    const strict = hooked(stage.kubernetes, verb => {
      if (verb === 'patch' && ++refused === 1)
        throw new KubernetesError(403, 'Forbidden', 'written only by notify')
    })
    const reply = await notify.create(stage.replica({ kubernetes: strict }))(event)
    expect(reply?.data).toHaveProperty('receipt.predicate.outcome.finish', 'succeeded')
    expect(receiver.taken).toHaveLength(1)
  }))
