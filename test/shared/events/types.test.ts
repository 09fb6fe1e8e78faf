// The TypeScript types of events are what their examples are: held by the compiler, on the examples as they stand.

import { describe, expectTypeOf, it } from 'vitest'
import playbookRegistered from '../../../shared/events/examples/playbook.registered.v1.json' with {
  type: 'json',
}
import playbookRejected from '../../../shared/events/examples/playbook.rejected.v1.json' with { type: 'json' }
import approvalRequested from '../../../shared/events/examples/remediation.approvalrequested.v1.json' with {
  type: 'json',
}
import cancelled from '../../../shared/events/examples/remediation.cancelled.v1.json' with { type: 'json' }
import denied from '../../../shared/events/examples/remediation.denied.v1.json' with { type: 'json' }
import failed from '../../../shared/events/examples/remediation.failed.v1.json' with { type: 'json' }
import queued from '../../../shared/events/examples/remediation.queued.v1.json' with { type: 'json' }
import rejected from '../../../shared/events/examples/remediation.rejected.v1.json' with { type: 'json' }
import started from '../../../shared/events/examples/remediation.started.v1.json' with { type: 'json' }
import succeeded from '../../../shared/events/examples/remediation.succeeded.v1.json' with { type: 'json' }
import validated from '../../../shared/events/examples/remediation.validated.v1.json' with { type: 'json' }
import type {
  PlaybookRegistered,
  PlaybookRejected,
  RemediationAccepted,
  RemediationDenied,
  RemediationEnded,
  RemediationRejected,
  RemediationValidated,
} from '../../../shared/events/types.ts'

describe('an example is of its type', () => {
  it('about playbooks', () => {
    expectTypeOf(playbookRegistered).toExtend<PlaybookRegistered>()
    expectTypeOf(playbookRejected).toExtend<PlaybookRejected>()
  })

  it('before a run', () => {
    expectTypeOf(validated).toExtend<RemediationValidated>()
    expectTypeOf(rejected).toExtend<RemediationRejected>()
    expectTypeOf(denied).toExtend<RemediationDenied>()
  })

  it('about a run', () => {
    expectTypeOf(started).toExtend<RemediationAccepted>()
    expectTypeOf(queued).toExtend<RemediationAccepted>()
    expectTypeOf(approvalRequested).toExtend<RemediationAccepted>()
    // The compiler reads every text of a JSON file as a string; a receipt has constants, which its schema holds.
    expectTypeOf<Omit<typeof succeeded, 'receipt'>>().toExtend<RemediationEnded>()
    expectTypeOf<Omit<typeof failed, 'receipt'>>().toExtend<RemediationEnded>()
    expectTypeOf<Omit<typeof cancelled, 'receipt'>>().toExtend<RemediationEnded>()
  })

  it('and not of another', () => {
    expectTypeOf(started).not.toExtend<RemediationEnded>()
    expectTypeOf(denied).not.toExtend<RemediationAccepted>()
    expectTypeOf(rejected).not.toExtend<RemediationValidated>()
    expectTypeOf(playbookRejected).not.toExtend<PlaybookRegistered>()
  })
})
