// The Kubernetes API as a table of calls, for the stand-in and for a real API server alike.

import { coreCalls } from './kubernetes.core.ts'
import { deletionCalls } from './kubernetes.deletion.ts'
import { namingCalls } from './kubernetes.naming.ts'
import { patchCalls } from './kubernetes.patches.ts'
import type { KubernetesCall } from './kubernetes.perform.ts'
import { refusalCalls } from './kubernetes.refusals.ts'
import { schemaCalls } from './kubernetes.schema.ts'
import { selectionCalls } from './kubernetes.selection.ts'
import { servedCalls } from './kubernetes.served.ts'
import { versionCalls } from './kubernetes.versions.ts'

/** In this order: later calls build on what earlier ones leave, in a namespace of their own, named by `{namespace}`. */
export const kubernetesCalls: readonly KubernetesCall[] = [
  ...schemaCalls,
  ...refusalCalls,
  ...namingCalls,
  ...versionCalls,
  ...patchCalls,
  ...deletionCalls,
  ...selectionCalls,
  ...coreCalls,
  ...servedCalls,
]
