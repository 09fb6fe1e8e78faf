// A run that waits takes its turn: it starts, goes on waiting, is too late, or must be shown to a person.

import type { Kubernetes } from '../kubernetes/client.ts'
import { applicantOf, letGo, lockOf, patchRun, scopesFor } from './advance.ts'
import { askAgain } from './ask.ts'
import { changeLock } from './change-lock.ts'
import { type Denial, denialMark } from './denial.ts'
import type { Answer } from './gate.ts'
import { isLimited } from './limits.ts'
import { goBack } from './line.ts'
import type { Lock } from './lock.ts'
import { release } from './lock-state.ts'
import { ANNOTATION, LABEL, type PipelineRun, writtenOn } from './marks.ts'
import type { Guard } from './rules.ts'
import { freeSlots, takeSlots } from './slots.ts'
import { impatientFrom, queuedAt } from './waiting.ts'

export type Turned =
  | { readonly kind: 'started'; readonly run: PipelineRun; readonly beside?: string | undefined }
  | { readonly kind: 'asks'; readonly run: PipelineRun; readonly why: string }
  /** That is told when Tekton has ended the run. */
  | { readonly kind: 'denied' }
  | { readonly kind: 'waits'; readonly why: string }
  /** It waits, and whoever is behind it need not. */
  | { readonly kind: 'aside'; readonly why: string }
  /** Somebody else changed the run meanwhile, and its next event tells more. */
  | { readonly kind: 'changed' }

const CHANGED: Turned = { kind: 'changed' }

/** Cancels a pending run and says why in the same patch; who wrote to it meanwhile is heard first. */
async function deny(kubernetes: Kubernetes, run: PipelineRun, denial: Denial): Promise<Turned> {
  const patch = { metadata: { annotations: denialMark(denial) }, spec: { status: 'Cancelled' } }
  return (await patchRun(kubernetes, run, patch)) === undefined ? CHANGED : { kind: 'denied' }
}

async function expire({ kubernetes, rules }: Guard, run: PipelineRun): Promise<Turned> {
  const minutes = Math.round(rules.line.patienceMs / 6_000) / 10
  const why = run.metadata.annotations?.[ANNOTATION.waitsFor] ?? 'its turn never came'
  const message = `It waited for more than ${minutes} minutes, and what was analysed then may no longer be so; at first: ${why}.`
  return deny(kubernetes, run, { reason: 'QueueExpired', message })
}

/** From now on it waits for a person. */
async function showToPerson(
  { kubernetes, rules, now }: Guard,
  run: PipelineRun,
  why: string,
): Promise<Turned> {
  const expiresAt = new Date(now + rules.approvalMs).toISOString()
  const annotations = { [ANNOTATION.waitsFor]: why, [ANNOTATION.expiresAt]: expiresAt }
  const metadata = { labels: { [LABEL.waiting]: 'approval' }, annotations }
  const shown = await patchRun(kubernetes, run, { metadata })
  return shown === undefined ? CHANGED : { kind: 'asks', run: shown, why }
}

/** Says on the run why it waits, where it says something else. */
async function sayWhy({ kubernetes }: Guard, run: PipelineRun, why: string): Promise<void> {
  if (run.metadata.annotations?.[ANNOTATION.waitsFor] === why) return
  await patchRun(kubernetes, run, { metadata: { annotations: { [ANNOTATION.waitsFor]: why } } })
}

/**
 * Gives back a target that its run cannot use now, and says on the run why; the run first, so that nobody who dies in
 * between leaves a lock that no run explains.
 */
async function waitInPlace(
  guard: Guard,
  lock: Lock,
  waits: { run: PipelineRun; why: string },
): Promise<Turned> {
  const { run, why } = waits
  await sayWhy(guard, run, why)
  const place = { ...applicantOf(run), since: queuedAt(run) }
  await changeLock(guard.kubernetes, lock, state => ({ next: goBack(state, place), result: undefined }))
  return { kind: 'waits', why }
}

/** Gives back the target, and stands in no line; with its next turn it is in its place again. */
async function leave({ kubernetes }: Guard, lock: Lock, run: PipelineRun): Promise<void> {
  const { namespace, name } = applicantOf(run)
  await changeLock(kubernetes, lock, state => ({
    next: release(state, { namespace, name, restMs: 0 }),
    result: undefined,
  }))
}

/** It has the target, and is not let through. */
async function turnBack(
  guard: Guard,
  lock: Lock,
  { run, answer }: { run: PipelineRun; answer: Exclude<Answer, { kind: 'open' }> },
): Promise<Turned> {
  // Somebody may have died with slots for it in hand, between taking them and letting it go.
  if (isLimited(guard.rules.limits)) await freeSlots(guard, applicantOf(run), 'never ran')
  switch (answer.kind) {
    case 'shut':
      return waitInPlace(guard, lock, { run, why: answer.why })
    case 'aside':
      await sayWhy(guard, run, answer.why)
      await leave(guard, lock, run)
      return answer
    case 'denied': {
      const denied = await deny(guard.kubernetes, run, answer.denial)
      await leave(guard, lock, run)
      return denied
    }
  }
}

/** It has the target: let through, and with its slots too, it may run. */
async function start(guard: Guard, lock: Lock, run: PipelineRun): Promise<Turned> {
  const answer = await guard.gate(run)
  if (answer.kind !== 'open') return turnBack(guard, lock, { run, answer })
  const applicant = applicantOf(run)
  const full = await takeSlots(guard, scopesFor(guard, lock, applicant), applicant)
  if (full !== undefined) return waitInPlace(guard, lock, { run, why: full })
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
  if (now - impatientFrom(run) > rules.line.patienceMs) return expire(guard, run)
  const applicant = applicantOf(run)
  const isApproved = writtenOn(run, ANNOTATION.approvedBy) !== undefined
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
