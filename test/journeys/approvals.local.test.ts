// The journeys of approval in the local world, synchronous like Knative's default Broker and asynchronous like Kafka's.

import { afterAll, describe } from 'vitest'
import { startWorld, type World } from '../../local/world/world.ts'
import { createLog } from '../../shared/runtime/log.ts'
import { makeScratch, playbook, type Scratch } from '../cli/kit.ts'
import { defineApprovalJourneys } from './approvals.ts'
import { stageOf } from './local-stage.ts'

describe.each(['synchronous', 'asynchronous'] as const)('with a Broker that is %s', mode => {
  let world: World | undefined
  let scratch: Scratch | undefined

  afterAll(async () => {
    await world?.close()
    await scratch?.[Symbol.asyncDispose]()
  })

  defineApprovalJourneys(async () => {
    world = await startWorld({ log: createLog('silent'), mode })
    scratch = await makeScratch()
    const namespace = 'approvals'
    const approver = 'ann'
    await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const KUBECONFIG = await scratch.put('kubeconfig', world.api.kubeconfig(approver))
    const say = async (words: readonly string[]) => (await playbook(words, { KUBECONFIG })).code
    return { stage: stageOf(world), namespace, approver, playbook: say }
  })
})
