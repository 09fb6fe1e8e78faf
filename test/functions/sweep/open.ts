// What a sweep may find: Playbooks, runs and locks of any age, for the tests.

import type { Open } from '../../../functions/sweep/gather.ts'
import type { Playbook } from '../../../shared/playbook/playbook.ts'
import type { FoundLock } from '../../../shared/remediation/find-lock.ts'
import { FREE, type LockState } from '../../../shared/remediation/lock-state.ts'
import { ANNOTATION, LABEL, type PipelineRun, runName } from '../../../shared/remediation/marks.ts'
import { registered } from '../../shared/playbook/kit.ts'

export const NOW = Date.parse('2026-03-01T12:00:00Z')
/** Within what is probably still on its way, and beyond. */
export const JUST_NOW = NOW - 29_000
export const LONG_AGO = NOW - 30_000

export function at(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

export const nothing: Open = {
  playbooks: [],
  unsettled: [],
  untold: [],
  locks: [],
  slots: [],
  patienceMs: 3_600_000,
}

interface Age {
  readonly created?: number
  readonly generation?: number
}

/** A Playbook whose generation 1 was judged. */
export function playbook({ created = LONG_AGO, generation = 1 }: Age = {}): Playbook {
  const each = registered('scale-down')
  return { ...each, metadata: { ...each.metadata, creationTimestamp: at(created), generation } }
}

const correlation = 'c'.repeat(40)
const targetHash = 'd'.repeat(40)

interface Life {
  readonly waiting?: 'queue' | 'approval'
  readonly pending?: boolean
  readonly queuedAt?: number | string
  readonly reason?: string
  readonly endedAt?: number
}

/** A run of ours, with a reason where it has ended. */
export function run({
  waiting,
  pending = false,
  queuedAt = LONG_AGO,
  reason,
  endedAt = LONG_AGO,
}: Life = {}): PipelineRun {
  const status = reason === 'Succeeded' ? 'True' : 'False'
  const conditions = [{ type: 'Succeeded', status, reason: reason ?? '' }]
  return {
    metadata: {
      name: runName(correlation),
      namespace: 'sre',
      uid: 'uid-of-run',
      resourceVersion: '7',
      labels: {
        [LABEL.correlation]: correlation,
        [LABEL.target]: targetHash,
        [LABEL.lock]: waiting === undefined ? 'held' : 'waiting',
        ...(waiting === undefined ? {} : { [LABEL.waiting]: waiting }),
      },
      annotations: { [ANNOTATION.queuedAt]: String(queuedAt) },
    },
    spec: {
      ...(pending ? { status: 'PipelineRunPending' as const } : {}),
      pipelineRef: { resolver: 'bundles', params: [] },
      params: [],
    },
    ...(reason === undefined ? {} : { status: { completionTime: at(endedAt), conditions } }),
  }
}

/** The lock of that run's target. */
export function lock(state: Partial<LockState> = {}): FoundLock {
  const found = { namespace: 'system', targetHash, targetKey: 'shop/deployment/api' }
  return { lock: found, state: { ...FREE, ...state } }
}

/** Its holder: that run, unless another is named. */
export function heldBy(
  name = runName(correlation),
  more: { uid?: string; since?: number; namespace?: string } = {},
): FoundLock {
  const of = { name: 'scale-down', version: '1.0.0', digest: 'sha256:0' }
  return lock({ holder: { namespace: 'sre', name, playbook: of, since: LONG_AGO, ...more } })
}
