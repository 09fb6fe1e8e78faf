// Every spelling of every field that analysis services were seen to use, in one table.
// A segment stands for all its cases: `workflowId` is also workflow_id, WorkflowID and _workflowId.
// A dot goes one object deeper. The first spelling that holds something wins.

/** Objects that only wrap an analysis: a custom resource's status, an audit event's summary, a transcript. */
export const WRAPPERS = [
  'analysis',
  'analysisResult',
  'kaResponse',
  'status',
  'providerResponse',
  'providerResponseSummary',
  'response',
  'result',
  'data',
] as const

/** Where the choice is: a list of strategies, one workflow as an object, or its bare id. */
export const CHOICES = {
  list: ['strategies', 'remediationStrategies'],
  one: ['selectedWorkflow', 'selectedPlaybook', 'recommendedWorkflow', 'recommendedPlaybook'],
} as const

/** The fields of one candidate, inside its own object. */
export const CANDIDATE = {
  playbook: ['playbookId', 'workflowId', 'selectedWorkflowId', 'id'],
  otherNames: ['workflowName', 'playbookName', 'name', 'playbook', 'workflow'],
  bundle: ['executionBundle', 'bundle', 'tektonBundle', 'containerImage', 'workflowImage', 'image'],
  digest: ['executionBundleDigest', 'bundleDigest', 'containerDigest', 'imageDigest', 'digest'],
  version: ['workflowVersion', 'playbookVersion', 'version'],
  parameters: ['parameters', 'params'],
  confidence: ['confidence'],
  selected: ['selected', 'isSelected', 'chosen'],
  rationale: ['rationale', 'reasoning'],
} as const

/** The same fields where the candidate has no object of its own: only spellings that mean nothing else there. */
export const FLAT_CANDIDATE = {
  playbook: ['playbookId', 'workflowId', 'selectedWorkflowId'],
  otherNames: ['workflowName', 'playbookName'],
  bundle: ['executionBundle', 'tektonBundle', 'workflowImage'],
  digest: ['executionBundleDigest', 'bundleDigest', 'workflowImageDigest'],
  version: ['workflowVersion', 'playbookVersion'],
  parameters: ['parameters', 'params'],
  confidence: ['confidence'],
  selected: [],
  rationale: ['rationale'],
} as const satisfies Record<keyof typeof CANDIDATE, readonly string[]>

/** The fields of the analysis itself. */
export const ANALYSIS = {
  id: ['remediationId', 'incidentId', 'analysisName', 'investigationId'],
  target: [
    'remediationTarget',
    'rootCauseAnalysis.remediationTarget',
    'affectedResource',
    'rootCauseAnalysis.affectedResource',
    'targetResource',
  ],
  severity: ['rootCauseAnalysis.severity', 'severity', 'signal.severity'],
  summary: [
    'rootCauseAnalysis.summary',
    'summary',
    'analysisSummary',
    'rcaSummary',
    'rootCauseSummary',
    'rootCause',
    'rootCauseAssessment',
    'rootCauseAnalysis',
    'analysis',
    'analysisPreview',
  ],
  confidence: ['confidence'],
  approvalRequired: ['approvalRequired', 'rootCauseAnalysis.approvalRequired'],
  approvalReason: ['approvalReason'],
  needsHumanReview: ['needsHumanReview', 'rootCauseAnalysis.needsHumanReview'],
  humanReviewReason: ['humanReviewReason'],
  actionable: [
    'actionable',
    'isActionable',
    'rootCauseAnalysis.actionable',
    'rootCauseAnalysis.isActionable',
  ],
  outcome: ['investigationOutcome', 'actionability'],
  phase: ['phase'],
} as const

/** The fields of a target that is an object. */
export const TARGET = {
  apiVersion: ['apiVersion'],
  kind: ['kind'],
  name: ['name'],
  namespace: ['namespace'],
  generation: ['generation', 'observedGeneration', 'metadata.generation'],
  resourceVersion: ['resourceVersion', 'metadata.resourceVersion'],
} as const

/** Outcomes under which nothing is to be run, and the sentence that says why. */
export const NOT_ACTIONABLE: Readonly<Record<string, string>> = {
  notactionable: 'The analysis found nothing to act on, so nothing was run.',
  inconclusive:
    'The analysis is inconclusive. Investigate by hand, or send a new analysis once more is known.',
  insufficientdata: 'The analysis had too little data. Give it more, then send a new one.',
  problemresolved: 'The analysis says that the problem is already resolved, so nothing was run.',
}

/** What to do about each reason for which an analysis asks for a person. */
export const REVIEW_ADVICE: Readonly<Record<string, string>> = {
  nomatchingworkflows: 'Fix it by hand, or register a playbook that fits and send a new analysis.',
  workflownotfound: 'Register the playbook that it named, or let it choose a registered one.',
  imagemismatch: 'Register the version that it named, or let it choose a registered one.',
  parametervalidationfailed: 'Fix it by hand, or send a new analysis with corrected parameters.',
  lowconfidence: 'Read its findings and decide by hand.',
  llmparsingerror: 'Send a new analysis; this one could not be read by its own service.',
  investigationinconclusive: 'Investigate by hand, or send a new analysis once more is known.',
  rcaincomplete: 'Complete the root cause analysis by hand, or send a new one.',
}
