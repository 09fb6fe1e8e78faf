// Locks, lines and limits against a model, with processes that die between any two calls: never two runs on a target,
// never more than the limit, nobody out of turn, and nothing left over after a sweep.

import fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { leases, pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { registered } from '../../kit/playbooks.ts'
import { writePolicy } from '../../kit/policies.ts'
import { runs } from '../../kit/remediations.ts'
import { type Stage, SYSTEM, startStage } from '../../kit/stage.ts'
import { guardedSteps, LENGTH, LIMIT, type Model, type Real } from './guarded-model.ts'

let stage: Stage
let count = 0
beforeAll(async () => {
  const LIMITS = JSON.stringify({ global: { atOnce: LIMIT } })
  const env = { LIMITS, QUEUE_LENGTH: String(LENGTH), QUEUE_SECONDS: '999999999', LOOP_RUNS: '0' }
  stage = await startStage({ env })
  // Nothing is too old here: the model knows nothing of age.
  await writePolicy(stage, { 'policy.yaml': 'settings: { maxAnalysisAge: 99999h }' })
  await registered(stage, 'eager', { cooldown: '0' })
  await registered(stage, 'calm', { cooldown: '10h' })
})
afterAll(() => stage[Symbol.asyncDispose]())

async function clear(): Promise<void> {
  for (const { metadata } of await runs(stage)) await stage.kubernetes.remove(pipelineRuns, metadata)
  for (const { metadata } of (await stage.kubernetes.list(leases, { namespace: SYSTEM })).items)
    await stage.kubernetes.remove(leases, metadata)
}

async function fresh(): Promise<{ model: Model; real: Real }> {
  await clear()
  count += 1_000
  const target = () => ({ running: undefined, line: [], restsUntil: 0 })
  const targets = { red: target(), green: target(), blue: target() }
  return { model: { targets, playbookOf: new Map() }, real: { stage, count } }
}

test('whatever comes, and whoever dies in between, is as on paper after a sweep', async () => {
  await fc.assert(
    fc.asyncProperty(guardedSteps(), steps => fc.asyncModelRun(fresh, steps)),
    { numRuns: 12 },
  )
})
