// The verdicts of registration, and the status that a Playbook had before.

import type { Registration } from '../../../functions/register/decide.ts'
import type { PlaybookStatus } from '../../../shared/playbook/playbook.ts'
import { release } from '../../shared/playbook/kit.ts'

export const NOW = '2026-03-01T12:00:00.000Z'
export const BEFORE = '2026-01-01T00:00:00.000Z'

export function registers(version: string, letter: string): Registration {
  const { registeredAt: _, ...rest } = release(version, letter)
  return {
    kind: 'registered',
    release: rest,
    parameters: [{ name: 'REPLICAS', type: 'integer', required: true }],
    findings: [{ rule: 'image-not-pinned', severity: 'warning', path: 'p', message: 'Pin it.' }],
  }
}

export function rejects(mayPass: boolean): Registration {
  const findings = [{ rule: 'r', severity: 'error', path: 'p', message: 'No.' }] as const
  return { kind: 'rejected', reason: 'BundleNotFound', message: 'No such image.', findings, mayPass }
}

export const postpones: Registration = {
  kind: 'postponed',
  reason: 'RegistryUnavailable',
  message: 'No answer.',
}

/** The status of generation 2, once 1.0.0 was registered. */
export const ready: PlaybookStatus = {
  ...release('1.0.0', 'a'),
  parameters: [],
  findings: [],
  history: [release('1.0.0', 'a')],
  observedGeneration: 2,
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Registered',
      observedGeneration: 2,
      lastTransitionTime: BEFORE,
    },
  ],
}
