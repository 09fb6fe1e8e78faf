// Every event type the system sends or takes, who sends it and who takes it: the catalogue as data.

export const TYPE = {
  analysisCompleted: 'io.kubernaut.analysis.completed.v1',
  approvalGranted: 'io.kubernaut.approval.granted.v1',
  approvalRefused: 'io.kubernaut.approval.refused.v1',
  playbookRegistered: 'io.kubernaut.playbook.registered.v1',
  playbookRejected: 'io.kubernaut.playbook.rejected.v1',
  validated: 'io.kubernaut.remediation.validated.v1',
  rejected: 'io.kubernaut.remediation.rejected.v1',
  started: 'io.kubernaut.remediation.started.v1',
  queued: 'io.kubernaut.remediation.queued.v1',
  approvalRequested: 'io.kubernaut.remediation.approvalrequested.v1',
  denied: 'io.kubernaut.remediation.denied.v1',
  succeeded: 'io.kubernaut.remediation.succeeded.v1',
  failed: 'io.kubernaut.remediation.failed.v1',
  cancelled: 'io.kubernaut.remediation.cancelled.v1',
  runSuccessful: 'dev.tekton.event.pipelinerun.successful.v1',
  runFailed: 'dev.tekton.event.pipelinerun.failed.v1',
  objectAdded: 'dev.knative.apiserver.resource.add',
  objectUpdated: 'dev.knative.apiserver.resource.update',
  objectDeleted: 'dev.knative.apiserver.resource.delete',
  ping: 'dev.knative.sources.ping',
} as const

/** All types of ApiServerSource, in Resource mode. */
export const OBJECT_CHANGED = 'dev.knative.apiserver.resource.'

/** Stands for every type; only a path leads there. */
export const ANY = '*'

export interface Flow {
  readonly takes: readonly string[]
  readonly replies: readonly string[]
}

/** What each function takes and answers; no function answers with a type that wakes it. */
export const FLOWS = {
  register: {
    takes: [OBJECT_CHANGED],
    replies: [TYPE.playbookRegistered, TYPE.playbookRejected],
  },
  validate: {
    takes: [TYPE.analysisCompleted],
    replies: [TYPE.validated, TYPE.rejected],
  },
  execute: {
    takes: [
      TYPE.validated,
      TYPE.approvalGranted,
      TYPE.approvalRefused,
      TYPE.runSuccessful,
      TYPE.runFailed,
      OBJECT_CHANGED,
    ],
    replies: [TYPE.started, TYPE.queued, TYPE.approvalRequested, TYPE.denied],
  },
  notify: {
    takes: [
      TYPE.runSuccessful,
      TYPE.runFailed,
      OBJECT_CHANGED,
      TYPE.approvalRequested,
      TYPE.rejected,
      TYPE.denied,
      TYPE.playbookRejected,
    ],
    replies: [TYPE.succeeded, TYPE.failed, TYPE.cancelled],
  },
  sweep: { takes: [TYPE.ping], replies: [] },
  /** It writes what it finds into the ResolutionRequest. */
  resolve: { takes: [OBJECT_CHANGED], replies: [] },
  /** It takes whatever a Broker could not deliver. */
  deadletter: { takes: [ANY], replies: [] },
} as const satisfies Record<string, Flow>

const OURS = 'io.kubernaut.'

/** The address that `dataschema` holds for a type of ours. */
export function schemaAddress(type: string): string {
  return `https://playbook.kubernaut.io/events/${type.slice(OURS.length)}.json`
}

export function isOurType(type: string): boolean {
  return type.startsWith(OURS)
}
