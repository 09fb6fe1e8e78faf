// What leaves a resolver: one object of Tekton's and nothing else, so that no other text lands where many may read it.

import { BundleError } from '../bundle/error.ts'
import { MAX_OBJECT } from '../bundle/layer.ts'
import { parseDocuments } from '../bundle/yaml.ts'
import { ResolutionError } from './error.ts'
import type { Resolved, Resolver } from './resolver.ts'

/** What Tekton 1.13 and later take from a resolver. */
const KINDS: readonly unknown[] = [
  'PipelineRun',
  'Pipeline',
  'TaskRun',
  'Task',
  'Run',
  'CustomRun',
  'StepAction',
]
const GROUP = /^tekton\.dev\/v\w+$/
/** Annotations and provenance beside the data; etcd takes 1.5 MiB in all. */
const MAX_NOTES = 16 * 1024

function refuse(rule: string): ResolutionError {
  // The text itself is not quoted: it may be anything, a password too.
  return new ResolutionError(`the resolved resource is not accepted: ${rule}`)
}

/** Throws ResolutionError where Tekton would not take it. */
export function checkResolved({ data, annotations, refSource }: Resolved): void {
  if (Buffer.byteLength(data) > MAX_OBJECT) throw refuse(`it has more than ${MAX_OBJECT} bytes`)
  if (Buffer.byteLength(JSON.stringify([annotations, refSource])) > MAX_NOTES)
    throw refuse(`its annotations and source have more than ${MAX_NOTES} bytes`)
  const documents = parse(data)
  const [document] = documents
  if (document === undefined || documents.length > 1)
    throw refuse(`it must be one YAML object, but it holds ${documents.length}`)
  const { apiVersion, kind } = document.object
  if (typeof apiVersion !== 'string' || !GROUP.test(apiVersion))
    throw refuse('its apiVersion must be of the group tekton.dev')
  if (!KINDS.includes(kind)) throw refuse(`its kind must be one of ${KINDS.join(', ')}`)
}

function parse(data: string): ReturnType<typeof parseDocuments> {
  try {
    return parseDocuments(data)
  } catch (error) {
    if (error instanceof BundleError) throw refuse('it is no YAML or JSON of one object')
    throw error
  }
}

/** Lets through what Tekton takes. */
export function withGate(resolver: Resolver): Resolver {
  return {
    ...resolver,
    async resolve(request, signal) {
      const resolved = await resolver.resolve(request, signal)
      checkResolved(resolved)
      return resolved
    },
  }
}
