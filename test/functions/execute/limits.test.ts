// Limits over all targets: who finds no slot waits, whoever gives one back starts the next, and none is lost.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { leases, pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { ANNOTATION, LABEL } from '../../../shared/remediation/marks.ts'
import { holderOf } from '../../../shared/remediation/slot-state.ts'
import { listSlots } from '../../../shared/remediation/slots.ts'
import { changed, ended } from '../../kit/events.ts'
import { dyingAfter, hooked } from '../../kit/hook.ts'
import { edit, registered } from '../../kit/playbooks.ts'
import { writePolicy } from '../../kit/policies.ts'
import {
  analysis,
  begin,
  deliver,
  finish,
  lockOn,
  readRun,
  release,
  removeRun,
  running,
  validated,
} from '../../kit/remediations.ts'
import { repair, sweepOnce } from '../../kit/repair.ts'
import { type Stage, type StageOptions, SYSTEM, startStage } from '../../kit/stage.ts'
import { end } from './in-line.ts'

const MINUTE = 60_000

function limited(limits: object, more: StageOptions = {}): Promise<Stage> {
  return startStage({ ...more, env: { LIMITS: JSON.stringify(limits), ...more.env } })
}

/** One remediation per target, a second after each other. */
async function beginAll(stage: Stage, targets: readonly string[], playbook = 'scale') {
  const begun: Awaited<ReturnType<typeof begin>>[] = []
  for (const target of targets) {
    begun.push(await begin(stage, `on-${target}`, analysis(playbook, target)))
    stage.clock.advance(1_000)
  }
  return begun
}

async function holders(stage: Stage): Promise<string[]> {
  return (await listSlots(stage.kubernetes, SYSTEM)).flatMap(lease => holderOf(lease)?.name ?? []).sort()
}

test.each([
  ['in all', { global: { atOnce: 2 } }, 'at once in all are running: 2'],
  ['in a namespace', { namespace: { atOnce: 2 } }, 'at once in namespace shop are running: 2'],
  ['by a playbook', { playbook: { atOnce: 2 } }, 'at once in playbook remediation/scale are running: 2'],
  ['within an hour', { global: { perHour: 2 } }, 'in an hour in all have started: 2'],
])('the third %s waits, and says why', async (_, limits, why) => {
  await using stage = await limited(limits)
  await registered(stage, 'scale')

  const [first, second, third] = await beginAll(stage, ['a', 'b', 'c'])

  expect(third?.reply).toMatchObject({ type: TYPE.queued, data: { why: expect.stringContaining(why) } })
  expect((await running(stage)).sort()).toEqual([first?.run, second?.run].sort())
  const { metadata, spec } = await readRun(stage, third?.run ?? '')
  expect(spec.status).toBe('PipelineRunPending')
  expect(metadata.labels?.[LABEL.waiting]).toBe('queue')
  expect(metadata.annotations?.[ANNOTATION.waitsFor]).toContain(why)
  expect(await lockOn(stage, 'c')).toMatchObject({ holder: undefined, line: [{ name: third?.run }] })
})

test('a run that ends gives its slot to who has waited longest, on whichever target', async () => {
  await using stage = await limited({ global: { atOnce: 1 } })
  await registered(stage, 'scale')
  const [first, second, third] = await beginAll(stage, ['a', 'b', 'c'])

  expect(await end(stage, first?.run)).toMatchObject({ type: TYPE.started, subject: second?.run })
  expect(await end(stage, second?.run)).toMatchObject({ type: TYPE.started, subject: third?.run })
  await end(stage, third?.run)
  expect(await holders(stage)).toEqual([])
})

test('an hour is over an hour after the start, whenever the run ended', async () => {
  await using stage = await limited({ global: { perHour: 1 } }, { env: { QUEUE_SECONDS: '7200' } })
  await writePolicy(stage, { 'policy.yaml': 'settings: { maxAnalysisAge: 2h }' })
  await registered(stage, 'scale')
  const [first, second] = await beginAll(stage, ['a', 'b'])
  await end(stage, first?.run)
  stage.clock.advance(58 * MINUTE)
  await repair(stage)
  expect(await running(stage)).toEqual([])
  stage.clock.advance(2 * MINUTE)

  expect(await repair(stage)).toMatchObject([{ type: TYPE.started, subject: second?.run }])
})

test('who died with a slot, and may not start by now, gives it back', async () => {
  await using stage = await limited({ global: { atOnce: 1 } })
  await registered(stage, 'scale', { cooldown: '0' })
  const [first, second] = await beginAll(stage, ['a', 'b'])
  const event = ended(await finish(stage, first?.run ?? ''))
  let patches = 0
  const dying = hooked(stage.kubernetes, verb => {
    if (verb === 'patch' && ++patches > 1) throw new Error('the process has died')
  })
  await expect(deliver(stage, event, stage.replica({ kubernetes: dying }))).rejects.toThrow('died')
  expect(await holders(stage)).toEqual([second?.run])
  await edit(stage, 'scale', { suspended: true })
  stage.clock.advance(MINUTE)

  await repair(stage)

  expect(await running(stage)).toEqual([])
  expect(await holders(stage)).toEqual([])
})

test('who is refused by one limit has taken nothing of the others', async () => {
  await using stage = await limited({ global: { atOnce: 9, perHour: 9 }, playbook: { atOnce: 1 } })
  await registered(stage, 'scale')
  const [first] = await beginAll(stage, ['a', 'b', 'c'])
  expect(new Set(await holders(stage))).toEqual(new Set([first?.run]))
})

test.each(['deleted by hand', 'deleted by hand, and its target is forgotten too'])(
  'the slot of a run that is %s is free after a sweep',
  async how => {
    await using stage = await limited({ global: { atOnce: 1 } })
    await registered(stage, 'scale', { cooldown: '0' })
    const [first, second] = await beginAll(stage, ['a', 'b'])
    await removeRun(stage, first?.run ?? '')
    if (how.endsWith('too')) {
      const selection = { namespace: SYSTEM, labelSelector: LABEL.lock }
      for (const { metadata } of (await stage.kubernetes.list(leases, selection)).items)
        await stage.kubernetes.remove(leases, metadata)
    }
    stage.clock.advance(2 * MINUTE)
    await repair(stage)
    await repair(stage)

    expect(await running(stage)).toEqual([second?.run])
    expect(await holders(stage)).toEqual([second?.run])
  },
)

test('who died with one of two slots, and finds the other one gone, gives back the one', async () => {
  await using stage = await limited({ global: { atOnce: 2 }, playbook: { atOnce: 1 } })
  await registered(stage, 'scale')
  const event = await validated(stage, 'a', analysis('scale', 'a'))
  // Dies after the Playbooks, the policy, the target, the lock (taken), the slots (read) and the first of them.
  const kubernetes = dyingAfter(stage.kubernetes, 6)
  await expect(deliver(stage, event, stage.replica({ kubernetes }))).rejects.toThrow('died')
  const [other] = await beginAll(stage, ['b'])
  expect(await holders(stage)).toHaveLength(3)

  expect(await deliver(stage, event)).toMatchObject({ type: TYPE.queued })
  expect(await holders(stage)).toEqual([other?.run, other?.run])
})

test('a slot that is left over from a limit that is no more is given back, once', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const limits = { global: { atOnce: 1 } }
  const limiting = stage.replica({ config: { ...stage.services.config, limits } })
  const event = await validated(stage, 'a', analysis('scale', 'a'))
  const run = (await deliver(stage, event, limiting))?.subject ?? ''
  expect(await holders(stage)).toEqual([run])
  await end(stage, run)
  stage.clock.advance(2 * MINUTE)
  await repair(stage)

  expect(await holders(stage)).toEqual([])
  expect(await sweepOnce(stage)).toEqual([])
})

test('two replicas never both take the last slot', async () => {
  await using stage = await limited({ global: { atOnce: 3 } })
  await registered(stage, 'scale')
  const targets = Array.from({ length: 12 }, (_, index) => `t${index}`)
  const events = await Promise.all(targets.map(target => validated(stage, target, analysis('scale', target))))
  const replicas = [0, 1].map(() => stage.replica({ kubernetes: hooked(stage.kubernetes, () => undefined) }))

  await Promise.allSettled(events.flatMap(event => replicas.map(services => deliver(stage, event, services))))

  expect((await running(stage)).length).toBeLessThanOrEqual(3)
  stage.clock.advance(2 * MINUTE)
  await repair(stage)
  expect(await running(stage)).toHaveLength(3)
  expect(await holders(stage)).toHaveLength(3)
})

test('a limit that was lowered lets those run that run, and nobody else', async () => {
  await using stage = await limited({ global: { atOnce: 3 } })
  await registered(stage, 'scale')
  const [first, ...others] = await beginAll(stage, ['a', 'b', 'c'])
  const config = { ...stage.services.config, limits: { global: { atOnce: 2 } } }
  const lowered = stage.replica({ config })
  await deliver(stage, await validated(stage, 'late', analysis('scale', 'd')), lowered)

  expect((await running(stage)).sort()).toEqual([first, ...others].map(each => each?.run).sort())
})

test('a run that a person lets go beside a full limit runs, and takes nobody else’s slot', async () => {
  await using stage = await limited({ global: { atOnce: 1 } })
  await registered(stage, 'scale')
  const [first, second] = await beginAll(stage, ['a', 'b'])

  await deliver(stage, changed(await release(stage, second?.run ?? '')))

  expect(await holders(stage)).toEqual([first?.run])
  expect((await lockOn(stage, 'b')).holder?.name).toBe(second?.run)
})

test('without limits no Lease is read or written for them', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const before = stage.requests.length
  const [only] = await beginAll(stage, ['a'])
  await end(stage, only?.run)
  const paths = stage.requests.slice(before).map(({ path }) => path)
  expect(paths.filter(path => path.includes('slot') || path.includes(`/${pipelineRuns.plural}?`))).toEqual([])
})
