// The events of one run, whose times come from clocks of unequal precision.

import { expect, test } from 'vitest'
import { eventsOfRun } from '../../../cli/events/record.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { ANNOTATION, LABEL, type PipelineRun, runName } from '../../../shared/remediation/marks.ts'

/** Approved within the second in which it was asked for; Tekton writes whole seconds. */
const RUN: PipelineRun = {
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: {
    name: runName('c'),
    namespace: 'remediation',
    uid: 'u',
    labels: { [LABEL.correlation]: 'c' },
    annotations: {
      [ANNOTATION.queuedAt]: String(Date.parse('2026-01-01T12:00:05.700Z')),
      [ANNOTATION.expiresAt]: '2026-01-01T12:15:05Z',
    },
  },
  spec: {},
  status: {
    startTime: '2026-01-01T12:00:05Z',
    completionTime: '2026-01-01T12:00:09Z',
    conditions: [{ type: 'Succeeded', status: 'True', reason: 'Succeeded' }],
  },
} as never

test('no event is older than the one that it follows', () => {
  expect(eventsOfRun(RUN).map(({ type, time }) => [type, time])).toEqual([
    [TYPE.approvalRequested, '2026-01-01T12:00:05.700Z'],
    [TYPE.started, '2026-01-01T12:00:05.700Z'],
    [TYPE.succeeded, '2026-01-01T12:00:09Z'],
  ])
})
