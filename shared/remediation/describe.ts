// What a run says of itself, from its own labels and annotations, in the words of the events.

import type { Cause, RemediationAccepted } from '../events/types.ts'
import { ANNOTATION, LABEL, type ParamValue, type PipelineRun } from './marks.ts'

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

/** Which analysis event a run comes from, by its annotation; a source is a URI, which has no space. */
export function causeOf(run: PipelineRun): Cause {
  const text = run.metadata.annotations?.[ANNOTATION.analysis] ?? ''
  const space = text.indexOf(' ')
  return { source: text.slice(0, Math.max(space, 0)), id: text.slice(space + 1) }
}

/** The values that a run gets, by name. */
export function valuesOf({ spec: { params = [] } }: PipelineRun): Record<string, ParamValue> {
  return Object.fromEntries(params.map(({ name, value }) => [name, value]))
}
