// What the cluster holds after a sweep, held against the model: who runs, who waits in which order, and nothing left over.

import { expect } from 'vitest'
import { ANNOTATION, endingOf, isPending, type PipelineRun } from '../../../shared/remediation/marks.ts'
import { holderOf } from '../../../shared/remediation/slot-state.ts'
import { listSlots } from '../../../shared/remediation/slots.ts'
import { queuedAt } from '../../../shared/remediation/waiting.ts'
import { lockOn, runs } from '../../kit/remediations.ts'
import { type Stage, SYSTEM } from '../../kit/stage.ts'
import { LIMIT, type Model, TARGETS, type TargetName } from './guarded-model.ts'

function namesIn(all: readonly PipelineRun[]): string[] {
  return [...all]
    .sort((a, b) => queuedAt(a) - queuedAt(b) || (a.metadata.name < b.metadata.name ? -1 : 1))
    .map(run => run.metadata.name)
}

function on(all: readonly PipelineRun[], target: TargetName): readonly PipelineRun[] {
  return all.filter(run => run.metadata.annotations?.[ANNOTATION.target] === `shop/deployment/${target}`)
}

/** Which one of several targets gets a slot is not said; that it is the first in its line, and may run, is. */
function learn(model: Model, name: TargetName, { running, now }: { running: string[]; now: number }): void {
  const target = model.targets[name]
  expect(running.length, `running on ${name}`).toBeLessThanOrEqual(1)
  if (target.running !== undefined || running.length === 0)
    return void expect(running).toEqual(target.running === undefined ? [] : [target.running])
  expect(running[0], `the first in line for ${name}`).toBe(target.line[0])
  expect(target.restsUntil, `the rest of ${name}`).toBeLessThanOrEqual(now)
  target.running = target.line.shift()
}

async function lookAtLock(model: Model, stage: Stage, name: TargetName): Promise<void> {
  const { running, line } = model.targets[name]
  const state = await lockOn(stage, name)
  expect(state.holder?.name, `the holder of ${name}`).toBe(running)
  expect(
    state.line.map(place => place.name),
    `the line for ${name}`,
  ).toEqual(line)
}

export async function compare(model: Model, stage: Stage): Promise<void> {
  const all = (await runs(stage)).filter(run => endingOf(run) === undefined)
  const now = stage.clock.now()
  for (const name of TARGETS) {
    const [pending, running] = [on(all, name).filter(isPending), on(all, name).filter(run => !isPending(run))]
    learn(model, name, { running: namesIn(running), now })
    expect(namesIn(pending), `waiting for ${name}`).toEqual(model.targets[name].line)
    await lookAtLock(model, stage, name)
  }
  const states = TARGETS.map(name => model.targets[name])
  const running = states.flatMap(({ running: each }) => each ?? [])
  expect(running.length).toBeLessThanOrEqual(LIMIT)
  const slots = (await listSlots(stage.kubernetes, SYSTEM)).flatMap(lease => holderOf(lease)?.name ?? [])
  expect(slots.sort()).toEqual(running.sort())
  const couldRun = states.filter(
    each => each.running === undefined && each.line.length > 0 && each.restsUntil <= now,
  )
  if (running.length < LIMIT) expect(couldRun).toEqual([])
}
