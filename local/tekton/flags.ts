// What Tekton 1.15 records about its own settings in every status.

/** The feature flags of an installation as shipped, in v1's names. */
export const FEATURE_FLAGS = {
  runningInEnvWithInjectedSidecars: true,
  enableAPIFields: 'beta',
  sendCloudEventsForRuns: true,
  awaitSidecarReadiness: true,
  enforceNonfalsifiability: 'none',
  verificationNoMatchPolicy: 'ignore',
  enableProvenanceInStatus: true,
  resultExtractionMethod: 'termination-message',
  maxResultSize: 4096,
  coschedule: 'workspaces',
} as const

export const DEFAULT_TIMEOUT = '1h0m0s'
export const DEFAULT_SERVICE_ACCOUNT = 'default'
