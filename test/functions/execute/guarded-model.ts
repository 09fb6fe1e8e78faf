// A model of targets, their lines and a limit over all of them, and the commands that drive it beside the real thing.

import fc from 'fast-check'
import { expect } from 'vitest'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import type { PipelineRun } from '../../../shared/remediation/marks.ts'
import { changed, ended } from '../../kit/events.ts'
import { dyingAfter } from '../../kit/hook.ts'
import { analysis, deliver, finish, readRun, removeRun, validated } from '../../kit/remediations.ts'
import { repair } from '../../kit/repair.ts'
import { type Stage, TENANT } from '../../kit/stage.ts'
import { compare } from './guarded-look.ts'

export const TARGETS = ['red', 'green', 'blue'] as const
export type TargetName = (typeof TARGETS)[number]
/** Runs at once over all targets, and how many may wait for each. */
export const LIMIT = 2
export const LENGTH = 3
/** Both playbooks do the same; after a run of the calm one its target rests for ten hours. */
const REST_MS = { eager: 0, calm: 10 * 3_600_000 }
/** Past every grace. */
const LATER_MS = 121_000

/** What a person with pencil and paper would keep of one target. */
export interface ModelTarget {
  running: string | undefined
  line: string[]
  restsUntil: number
}

export interface Model {
  readonly targets: Readonly<Record<TargetName, ModelTarget>>
  readonly playbookOf: Map<string, keyof typeof REST_MS>
}

export interface Real {
  readonly stage: Stage
  count: number
}

/** After how many calls the process dies, and whether the event comes again; without either all is well. */
interface Fate {
  readonly calls: number | undefined
  readonly again: boolean
  /** After how many calls the first sweep dies. */
  readonly sweep: number | undefined
}

type Step = fc.AsyncCommand<Model, Real>

/** Delivers an event as fate has it. */
async function deliverTo({ stage }: Real, event: CloudEvent, { calls, again }: Fate): Promise<void> {
  if (calls === undefined) return void (await deliver(stage, event))
  const dying = stage.replica({ kubernetes: dyingAfter(stage.kubernetes, calls) })
  await deliver(stage, event, dying).catch(error => expect(String(error)).toContain('died'))
  if (again) await deliver(stage, event)
}

/** Time passes, and the sweep repairs what was left; then the model and the real thing agree. */
async function settle(model: Model, { stage }: Real, { sweep }: Fate): Promise<void> {
  stage.clock.advance(LATER_MS)
  if (sweep !== undefined) {
    const services = stage.replica({ kubernetes: dyingAfter(stage.kubernetes, sweep) })
    await repair({ ...stage, services }).catch(error => expect(String(error)).toContain('died'))
    stage.posted.splice(0)
  }
  await repair(stage)
  await compare(model, stage)
}

function step(text: string, fate: Fate, run: (model: Model, real: Real) => Promise<void>): Step {
  const words =
    fate.calls === undefined ? '' : ` dies after ${fate.calls}${fate.again ? ' and comes again' : ''}`
  return {
    check: () => true,
    async run(model, real) {
      await run(model, real)
      await settle(model, real, fate)
    },
    toString: () => `${text}${words}${fate.sweep === undefined ? '' : `, a sweep after ${fate.sweep}`}`,
  }
}

/** A remediation of a target: it has its run or a place in line, unless the line is full. */
function arrive(name: TargetName, playbook: keyof typeof REST_MS, fate: Fate): Step {
  return step(`arrive(${name}, ${playbook})`, fate, async ({ targets, playbookOf }, real) => {
    const target = targets[name]
    const { stage } = real
    real.count += 1
    const event = await validated(stage, `${real.count}`, analysis(playbook, name))
    const isFree =
      target.running === undefined && target.line.length === 0 && target.restsUntil <= stage.clock.now()
    await deliverTo(real, event, fate)
    const run = await stage.kubernetes.get<PipelineRun>(pipelineRuns, {
      namespace: TENANT,
      name: `rem-${event.correlationid}`,
    })
    if (!isFree && target.line.length >= LENGTH) return void expect(run).toBeUndefined()
    if (fate.calls === undefined || fate.again) expect(run).toBeDefined()
    if (run === undefined) return
    target.line.push(run.metadata.name)
    playbookOf.set(run.metadata.name, playbook)
  })
}

/** The run that has a target ends or is deleted, and nobody may hear of it. */
function end(
  name: TargetName,
  { how, isTold, fate }: { how: 'end' | 'delete'; isTold: boolean; fate: Fate },
): Step {
  return step(`${how}(${name})${isTold ? '' : ' untold'}`, fate, async ({ targets, playbookOf }, real) => {
    const target = targets[name]
    const { running } = target
    if (running === undefined) return
    const { stage } = real
    const before = await readRun(stage, running)
    const event = how === 'end' ? ended(await finish(stage, running)) : changed(before, TYPE.objectDeleted)
    if (how === 'delete') await removeRun(stage, running)
    target.running = undefined
    target.restsUntil = stage.clock.now() + REST_MS[playbookOf.get(running) ?? 'eager']
    if (isTold) await deliverTo(real, event, fate)
  })
}

/** Somebody removes one that waits, or cancels it. */
function withdraw(
  name: TargetName,
  { how, at, fate }: { how: 'delete' | 'cancel'; at: number; fate: Fate },
): Step {
  return step(`withdraw(${name}, ${at}, ${how})`, fate, async ({ targets }, real) => {
    const { line } = targets[name]
    const run = line[at % Math.max(1, line.length)]
    if (run === undefined) return
    const { stage } = real
    const before = await readRun(stage, run)
    if (how === 'delete') await removeRun(stage, run)
    else {
      const patch = { spec: { status: 'Cancelled' } }
      const cancelled = await stage.kubernetes.patch<PipelineRun>(pipelineRuns, before.metadata, patch)
      await deliver(stage, changed(cancelled))
    }
    line.splice(line.indexOf(run), 1)
    const event =
      how === 'delete' ? changed(before, TYPE.objectDeleted) : ended(await finish(stage, run, 'Cancelled'))
    await deliverTo(real, event, fate)
  })
}

/** Every run that waits is said to have changed, and the targets have rested for a while. */
function wait(milliseconds: number, fate: Fate): Step {
  return step(`wait(${milliseconds})`, fate, async ({ targets }, real) => {
    real.stage.clock.advance(milliseconds)
    for (const name of TARGETS.flatMap(each => targets[each].line))
      await deliverTo(real, changed(await readRun(real.stage, name)), fate)
  })
}

/** Steps over few targets, so that they meet, and deaths at any of the calls that an event needs. */
export function guardedSteps(): fc.Arbitrary<Iterable<Step>> {
  const name = fc.constantFrom(...TARGETS)
  const death = fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined, freq: 2 })
  const sweep = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined, freq: 1 })
  const fate = fc.record({ calls: death, again: fc.boolean(), sweep })
  const playbook = fc.constantFrom('eager' as const, 'eager' as const, 'calm' as const)
  const how = fc.constantFrom('end' as const, 'end' as const, 'delete' as const)
  const ending = fc.record({ how, isTold: fc.boolean(), fate })
  const withdrawal = fc.record({
    how: fc.constantFrom('delete' as const, 'cancel' as const),
    at: fc.nat(5),
    fate,
  })
  return fc.commands(
    [
      fc.tuple(name, playbook, fate).map(given => arrive(...given)),
      fc.tuple(name, playbook, fate).map(given => arrive(...given)),
      fc.tuple(name, ending).map(given => end(...given)),
      fc.tuple(name, withdrawal).map(given => withdraw(...given)),
      fc.tuple(fc.constantFrom(0, REST_MS.calm), fate).map(given => wait(...given)),
    ],
    { maxCommands: 25, size: '+1' },
  )
}
