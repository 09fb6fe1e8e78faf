// A storm: a thousand events on one target, at once, at two replicas, while runs end: never two of them run.

import pLimit from 'p-limit'
import { expect, test } from 'vitest'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { correlationOf } from '../../../shared/events/identity.ts'
import type { RemediationValidated } from '../../../shared/events/types.ts'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { endingOf, isPending, type PipelineRun } from '../../../shared/remediation/marks.ts'
import { Fault } from '../../../shared/runtime/fault.ts'
import type { Services } from '../../../shared/runtime/function.ts'
import { ended } from '../../kit/events.ts'
import { hooked } from '../../kit/hook.ts'
import { registered } from '../../kit/playbooks.ts'
import { analysis, deliver, finish, running, runs, validated } from '../../kit/remediations.ts'
import { type Stage, startStage } from '../../kit/stage.ts'

const EVENTS = 1_000
const SENDERS = 16
const LENGTH = 40

/** The same remediation, of another analysis. */
function another(event: CloudEvent, id: string): CloudEvent {
  const data = event.data as RemediationValidated
  const cause = { source: '/storm', id }
  return {
    ...event,
    id,
    correlationid: correlationOf(cause),
    data: { ...data, analysis: { ...data.analysis, ...cause } },
  } as CloudEvent
}

/** As a Broker does: what is unavailable comes again. */
async function insist(stage: Stage, event: CloudEvent, services: Services): Promise<CloudEvent | undefined> {
  for (;;) {
    try {
      return await deliver(stage, event, services)
    } catch (error) {
      if (!(error instanceof Fault && error.kind === 'unavailable')) throw error
    }
  }
}

/** The most that ran at once, of every state that there was. */
function watchMost(
  stage: Stage,
  signal: AbortSignal,
): { most: number; started: number; done: Promise<void> } {
  const names = new Set<string>()
  const seen = { most: 0, started: 0, done: Promise.resolve() }
  const look = async (): Promise<void> => {
    for await (const { type, object: run } of stage.kubernetes.watch<PipelineRun>(pipelineRuns, { signal })) {
      if (type === 'BOOKMARK') continue
      const runsNow = !isPending(run) && endingOf(run) === undefined
      if (runsNow && !names.has(run.metadata.name)) seen.started += 1
      if (runsNow) names.add(run.metadata.name)
      else names.delete(run.metadata.name)
      seen.most = Math.max(seen.most, names.size)
    }
  }
  seen.done = look().catch(() => undefined)
  return seen
}

test('a thousand events on one target: one runs at a time, as many wait as may, the others are told', async () => {
  await using stage = await startStage({ env: { QUEUE_LENGTH: String(LENGTH), LOOP_RUNS: '0' } })
  await registered(stage, 'scale', { cooldown: '0' })
  const event = await validated(stage, 'first', analysis('scale'))
  const stop = new AbortController()
  // A client each: replicas share nothing but the API server.
  const replicas = [0, 1].map(() => stage.replica({ kubernetes: hooked(stage.kubernetes, () => undefined) }))
  const [one = stage.services] = replicas
  const seen = watchMost(stage, stop.signal)
  const replies = new Map<string | undefined, number>()
  let isOver = false

  const limit = pLimit(SENDERS)
  const storm = Promise.all(
    Array.from({ length: EVENTS }, (_, index) =>
      limit(async () => {
        const replica = replicas[index % 2] ?? one
        const reply = await insist(stage, another(event, `storm-${index}`), replica)
        replies.set(reply?.type, (replies.get(reply?.type) ?? 0) + 1)
      }),
    ),
  ).then(() => {
    isOver = true
  })
  // Tekton, meanwhile: whatever runs, ends.
  for (;;) {
    const wasOver = isOver
    const [run] = await running(stage)
    if (run !== undefined) await insist(stage, ended(await finish(stage, run)), one)
    else if (wasOver) break
  }
  await storm
  stop.abort()
  await seen.done

  const made = (await runs(stage)).length
  expect(seen.most).toBe(1)
  expect(seen.started).toBe(made)
  expect(made).toBeGreaterThan(LENGTH)
  expect((replies.get(TYPE.started) ?? 0) + (replies.get(TYPE.queued) ?? 0)).toBe(made)
  expect(replies.get(TYPE.denied)).toBe(EVENTS - made)
})
