// What a run says of itself, from its own labels and annotations, in the words of the events.

import type { RemediationAccepted } from '../events/types.ts'
import { ANNOTATION, LABEL, type PipelineRun } from './marks.ts'

/** The run, its playbook and its target, as every event about a run carries them. */
export function describeRun(run: PipelineRun): RemediationAccepted {
  const { namespace = 'default', name, uid, annotations } = run.metadata
  return {
    run: { namespace, name, ...(uid === undefined ? {} : { uid }) },
    playbook: {
      namespace,
      name: annotations?.[LABEL.playbook] ?? '',
      version: annotations?.[ANNOTATION.version] ?? '',
      digest: annotations?.[ANNOTATION.digest] ?? '',
    },
    target: annotations?.[ANNOTATION.target] ?? '',
  }
}
