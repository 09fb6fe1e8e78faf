// Whether what an analysis saw is still so: its age, and the state of its target; pure.

import type { Observed } from '../analysis/analysis.ts'
import { describeTarget, type Target } from '../remediation/target.ts'
import type { Look } from '../targets/look.ts'

/** What the analysis event says of its own time, as RFC 3339. */
export interface EventTimes {
  readonly time?: string | undefined
  /** After this it means nothing (https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/expirytime.md). */
  readonly expirytime?: string | undefined
}

/** Of when, and of which state of its target, an analysis speaks. */
export type AsOf = EventTimes & Observed

export interface Staleness {
  readonly reason: 'StaleAnalysis' | 'TargetGone' | 'TargetMoved'
  readonly message: string
}

/** Clocks differ by this much before one of them counts as wrong. */
const SKEW_MS = 300_000

function spell(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return `${Math.round(ms / 1_000)} s`
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}

function stale(message: string): Staleness {
  return { reason: 'StaleAnalysis', message }
}

/** Why an analysis of that time is not acted on at `now` (milliseconds since the epoch); without a time it has no age. */
export function agedOut(
  { time, expirytime }: EventTimes,
  now: number,
  maxAgeMs: number,
): Staleness | undefined {
  const expires = Date.parse(expirytime ?? '')
  if (expirytime !== undefined && Number.isNaN(expires))
    return stale(
      `Its expirytime, "${expirytime}", is no time. Send the analysis with one like 2026-01-31T12:00:00Z.`,
    )
  if (expires <= now) return stale(`The analysis expired at ${expirytime}. Send a new one.`)
  const age = now - Date.parse(time ?? '')
  if (Number.isNaN(age)) return undefined
  if (age > maxAgeMs)
    return stale(
      `The analysis is ${spell(age)} old, and at most ${spell(maxAgeMs)} are allowed. Send a new one.`,
    )
  if (age < -SKEW_MS)
    return stale(`The time of the analysis is ${spell(-age)} ahead. Set the clock of its sender.`)
  return undefined
}

function differs(target: Target, what: string, [seen, now]: readonly [string, string]): Staleness {
  const message = `${describeTarget(target)} has changed since it was analysed: its ${what} was ${seen} and is ${now}. Send a new analysis.`
  return { reason: 'TargetMoved', message }
}

/** Why a target is not the one that was analysed any more. */
export function movedOn(target: Target, look: Look, observed: Observed = {}): Staleness | undefined {
  if (look.kind === 'gone')
    return { reason: 'TargetGone', message: `${describeTarget(target)} does not exist. Send a new analysis.` }
  if (look.kind !== 'found') return undefined
  const { generation, resourceVersion } = look.object.metadata
  const { generation: seenGeneration, resourceVersion: seenVersion } = observed
  if (seenGeneration !== undefined && generation !== undefined && seenGeneration !== generation)
    return differs(target, 'generation', [String(seenGeneration), String(generation)])
  if (seenVersion !== undefined && resourceVersion !== undefined && seenVersion !== resourceVersion)
    return differs(target, 'resourceVersion', [seenVersion, resourceVersion])
  return undefined
}

/** Why a person must look first: what is to be changed could not be seen, or not whether it is still the same. */
export function unseen(look: Look, observed: Observed = {}): string | undefined {
  if (look.kind === 'unreadable') return look.why
  if (look.kind !== 'found' || observed.generation === undefined) return undefined
  if (look.object.metadata.generation !== undefined) return undefined
  return 'The analysis names a generation, and the target has none to hold against it.'
}
