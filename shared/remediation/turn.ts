// A run that waits takes its turn: it starts, goes on waiting, is too late, or must be shown to a person.

import { applicantOf, letGo, lockOf, patchRun, scopesFor } from './advance.ts'
import { askAgain } from './ask.ts'
import { changeLock } from './change-lock.ts'
import { type Denial, deny } from './denial.ts'
import { goBack } from './line.ts'
import type { Lock } from './lock.ts'
import { ANNOTATION, LABEL, type PipelineRun, queuedAt } from './marks.ts'
import type { Guard } from './rules.ts'
import { takeSlots } from './slots.ts'

export type Turned =
  | { readonly kind: 'started'; readonly run: PipelineRun; readonly beside?: string | undefined }
  | { readonly kind: 'asks'; readonly run: PipelineRun; readonly why: string }
  | { readonly kind: 'denied'; readonly run: PipelineRun; readonly denial: Denial }
  | { readonly kind: 'waits'; readonly why: string }
  /** Somebody else changed the run meanwhile, and its next event tells more. */
  | { readonly kind: 'changed' }

const CHANGED: Turned = { kind: 'changed' }

async function expire({ kubernetes, rules }: Guard, run: PipelineRun): Promise<Turned> {
  const minutes = Math.round(rules.line.patienceMs / 6_000) / 10
  const why = run.metadata.annotations?.[ANNOTATION.waitsFor] ?? 'its turn never came'
  const message = `It waited for more than ${minutes} minutes, and what was analysed then may no longer be so; at first: ${why}.`
  const denial = { reason: 'QueueExpired', message }
  const denied = await deny(kubernetes, run, denial)
  return denied === undefined ? CHANGED : { kind: 'denied', run: denied, denial }
}

/** From now on it waits for a person. */
async function showToPerson({ kubernetes }: Guard, run: PipelineRun, why: string): Promise<Turned> {
  const metadata = { labels: { [LABEL.waiting]: 'approval' }, annotations: { [ANNOTATION.waitsFor]: why } }
  const shown = await patchRun(kubernetes, run, { metadata })
  return shown === undefined ? CHANGED : { kind: 'asks', run: shown, why }
}

/**
 * Gives back a target that its run cannot use now, and says on the run why; the run first, so that nobody who dies in
 * between leaves a lock that no run explains.
 */
async function waitForSlot(
  { kubernetes }: Guard,
  lock: Lock,
  { run, why }: { run: PipelineRun; why: string },
): Promise<void> {
  const place = { ...applicantOf(run), since: queuedAt(run) }
  if (run.metadata.annotations?.[ANNOTATION.waitsFor] !== why)
    await patchRun(kubernetes, run, { metadata: { annotations: { [ANNOTATION.waitsFor]: why } } })
  await changeLock(kubernetes, lock, state => ({ next: goBack(state, place), result: undefined }))
}

/** It has the target: with its slots too it may run. */
async function start(guard: Guard, lock: Lock, run: PipelineRun): Promise<Turned> {
  const applicant = applicantOf(run)
  const full = await takeSlots(guard, scopesFor(guard, lock, applicant), applicant)
  if (full !== undefined) {
    await waitForSlot(guard, lock, { run, why: full })
    return { kind: 'waits', why: full }
  }
  const started = await letGo(guard.kubernetes, run)
  return started === undefined ? CHANGED : { kind: 'started', run: started }
}

/**
 * A pending run that queues. A crash after the lock was taken leaves it with a pending run, which the next call (an
 * event or the sweep) lets go.
 */
export async function takeTurn(guard: Guard, run: PipelineRun): Promise<Turned> {
  const { kubernetes, rules, now } = guard
  const lock = lockOf(run, rules.systemNamespace)
  if (lock === undefined) return CHANGED
  const since = queuedAt(run)
  if (now - since > rules.line.patienceMs) return expire(guard, run)
  const applicant = applicantOf(run)
  const isApproved = run.metadata.annotations?.[ANNOTATION.approvedBy] !== undefined
  const turn = { now, since, loop: rules.loop, isApproved }
  const asked = await changeLock(kubernetes, lock, state => askAgain(state, applicant, turn))
  switch (asked.kind) {
    case 'acquired':
    case 'held':
      return start(guard, lock, run)
    case 'asks':
      return showToPerson(guard, run, asked.why)
    case 'waits':
      return { kind: 'waits', why: asked.why }
    default:
      return CHANGED
  }
}
