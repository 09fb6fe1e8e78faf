// The ledgers of who was told: old ones go, untold ones are posted, and a bad one stops no other.

import { expect, test } from 'vitest'
import { sweep } from '../../../functions/sweep/index.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { KubernetesError } from '../../../shared/kubernetes/errors.ts'
import { leases } from '../../../shared/kubernetes/resources.ts'
import { ANNOTATION, LABEL } from '../../../shared/remediation/marks.ts'
import { tick } from '../../kit/events.ts'
import { hooked } from '../../kit/hook.ts'
import { sweepOnce } from '../../kit/repair.ts'
import { type Stage, SYSTEM, startStage } from '../../kit/stage.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

function ledger(stage: Stage, name: string, event: string): Promise<unknown> {
  const labels = { [LABEL.ledger]: 'true', [LABEL.told]: 'no' }
  const metadata = { name, namespace: SYSTEM, labels, annotations: { [ANNOTATION.event]: event } }
  return stage.kubernetes.create(leases, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata })
}

test('a ledger that somebody spoiled stops nothing else', async () => {
  await using stage = await startStage()
  await ledger(stage, 'told-a', 'no event at all')
  const event = { specversion: '1.0', id: '1', source: '/s', type: TYPE.rejected, data: {} }
  await ledger(stage, 'told-b', JSON.stringify(event))
  stage.clock.advance(2 * MINUTE)

  expect(await sweepOnce(stage)).toMatchObject([{ id: '1', source: '/s' }])
})

test('a ledger that another sweep removed first stops nothing else', async () => {
  await using stage = await startStage()
  for (const name of ['told-a', 'told-b']) await ledger(stage, name, '{}')
  stage.clock.advance(2 * DAY)
  const kubernetes = hooked(stage.kubernetes, verb => {
    if (verb === 'remove') throw new KubernetesError(404, 'NotFound', 'leases "told-a" not found')
  })

  await expect(sweep.create(stage.replica({ kubernetes }))(tick())).resolves.toBeUndefined()
  await sweepOnce(stage)
  expect((await stage.kubernetes.list(leases, { namespace: SYSTEM })).items).toEqual([])
})
