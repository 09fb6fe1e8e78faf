// A run was denied: people are told once, as denied; an event that only says so marks nobody's run as told.

import { expect, test } from 'vitest'
import { execute } from '../../../functions/execute/index.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { ANNOTATION, LABEL } from '../../../shared/remediation/marks.ts'
import { ended } from '../../kit/events.ts'
import { finish, readRun } from '../../kit/remediations.ts'
import { repair } from '../../kit/repair.ts'
import { TENANT } from '../../kit/stage.ts'
import { type Scene, scene } from './scene.ts'

/** A run that was denied, as Tekton reports it, and what `execute` answers to that. */
async function deniedRun({ stage, run }: Scene): Promise<{ report: CloudEvent; denied: CloudEvent }> {
  const key = { namespace: TENANT, name: run }
  await stage.kubernetes.patch(pipelineRuns, key, {
    metadata: { annotations: { [ANNOTATION.deniedBy]: 'dan' } },
  })
  const report = ended(await finish(stage, run, 'Cancelled'))
  const denied = await execute.create(stage.services)(report)
  if (denied === undefined) throw new Error('execute says nothing of the denial')
  return { report, denied }
}

test('it is told once as denied, whichever event comes first and however often', () =>
  scene(async all => {
    const { report, denied } = await deniedRun(all)
    for (const event of [report, denied, report, denied]) expect(await all.tell(event)).toBeUndefined()
    expect(all.receiver.taken).toMatchObject([{ id: denied.id, type: TYPE.denied }])
    expect((await readRun(all.stage, all.run)).metadata.labels).toMatchObject({ [LABEL.told]: 'yes' })
  }))

test('where the event was lost, the sweep brings it about again', () =>
  scene(async all => {
    const { denied } = await deniedRun(all)
    all.stage.clock.advance(60_000)
    expect(await repair(all.stage)).toEqual([denied])
  }))

test('a receiver that is down is told when it is up', () =>
  scene(async all => {
    const { denied } = await deniedRun(all)
    all.receiver.answer(503)
    await all.tell(denied)
    all.receiver.answer(204)
    await all.tell(denied)
    expect(all.receiver.taken).toMatchObject([{ id: denied.id }])
  }))

test('an event that calls a running run denied does not hide how it ends', () =>
  scene(async ({ stage, receiver, run, tell }) => {
    const data = { analysis: { source: '/x', id: '1' }, reason: 'DeniedByPerson', message: 'No.' }
    const forged = { ...ended(await readRun(stage, run)), id: 'forged', type: TYPE.denied }
    await tell({ ...forged, data: { ...data, run: { namespace: TENANT, name: run } } } as CloudEvent)
    await tell(ended(await finish(stage, run)))
    expect(receiver.taken.map(({ type }) => type)).toEqual([TYPE.denied, TYPE.succeeded])
  }))
