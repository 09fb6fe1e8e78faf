// How a run waits for its turn, and since when, from its own marks; pure.

import { ANNOTATION, endingOf, isPending, LABEL, type PipelineRun, writtenOn } from './marks.ts'

/** Whether somebody has said that a run must not start. */
export function isRefused(run: PipelineRun): boolean {
  return writtenOn(run, ANNOTATION.deniedBy) !== undefined
}

/** It waits for its turn, and nobody has let it go, denied or cancelled it. */
export function isQueued(run: PipelineRun): boolean {
  const isWaiting = isPending(run) && endingOf(run) === undefined && !isRefused(run)
  return isWaiting && run.metadata.labels?.[LABEL.waiting] === 'queue'
}

/** Since when it waits, in milliseconds since the epoch: as it says, else since it was made. */
export function queuedAt({ metadata }: PipelineRun): number {
  const said = Number(metadata.annotations?.[ANNOTATION.queuedAt] ?? Number.NaN)
  if (Number.isFinite(said)) return said
  const made = Date.parse(metadata.creationTimestamp ?? '')
  return Number.isNaN(made) ? 0 : made
}

/**
 * From when on it counts how long a run has queued, in milliseconds since the epoch: where a person was asked, only from
 * the moment on until which they could answer. Its place in line and the age of its analysis stay by {@link queuedAt}.
 */
export function impatientFrom(run: PipelineRun): number {
  const until = Date.parse(run.metadata.annotations?.[ANNOTATION.expiresAt] ?? '')
  return Math.max(queuedAt(run), Number.isNaN(until) ? 0 : until)
}
