// The remediations that the tests make runs of.

import { hashOf } from '../../../shared/events/identity.ts'
import type { PlaybookSpec } from '../../../shared/playbook/playbook.ts'
import type { Remediation } from '../../../shared/remediation/create-run.ts'
import { registered, release } from '../playbook/kit.ts'

export const correlationId = hashOf('analyses', '1')

/** What the analysis said: one value that was coerced. */
const ANALYSIS = {
  root_cause_analysis: { remediation_target: { kind: 'Deployment', name: 'api', namespace: 'shop' } },
  selected_workflow: {
    workflow_id: 'scale-down',
    parameters: { REPLICAS: 3, HOSTS: ['a', 'b'], LABELS: { tier: 'web' } },
  },
}

export function remediation(spec: Partial<PlaybookSpec> = {}, more: Partial<Remediation> = {}): Remediation {
  return {
    correlationId,
    analysis: { source: '/analyses', id: '1', data: ANALYSIS },
    playbook: registered('scale-down', { spec }),
    release: release('1.0.0+build.7', 'a'),
    target: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api', namespace: 'shop' },
    values: { REPLICAS: '3', HOSTS: ['a', 'b'], LABELS: { tier: 'web' } },
    ...more,
  }
}

/** One whose Playbook says all that a run may carry. */
export const full = remediation({
  serviceAccountName: 'scaler',
  imagePullSecrets: [{ name: 'registry' }, { name: 'another' }],
  timeout: '10m',
  cooldown: '5m',
})
