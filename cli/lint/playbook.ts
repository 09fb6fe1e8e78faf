// A playbook's folder as a whole: its Pipeline, its schema and its registration held against each other.

import { isObject } from '../../shared/analysis/document.ts'
import { MAX_OBJECTS } from '../../shared/bundle/read.ts'
import { SCHEMA_FILE } from '../bundle/folder.ts'
import { draft, type Folder, type PlacedDraft, pipelineOf } from './folder.ts'
import { lintRegistration } from './registration.ts'
import { lintSchema } from './schema.ts'

function timeoutOf(task: unknown): unknown {
  return isObject(task) ? task.timeout : undefined
}

const HANGS = 'No timeout is set: a run that hangs ends after an hour, and keeps its target locked as long.'
const SET = 'Set spec.timeout in playbook.yaml.'

/** Without one Tekton stops a run after an hour, during which its target stays locked. */
export function lintTimeouts({ pipelines, registration }: Folder, isPlaybook: boolean): PlacedDraft[] {
  const spec = registration?.document.value.spec
  if (isObject(spec) && typeof spec.timeout === 'string') return []
  if (registration !== undefined && isObject(spec) && spec.image !== undefined)
    return [{ at: registration, draft: draft('timeout-missing', 'warning', [['spec', 'image'], HANGS, SET]) }]
  return pipelines.flatMap(at => {
    const own = isObject(at.document.value.spec) ? at.document.value.spec : {}
    const tasks = [own.tasks, own.finally].flatMap(list => (Array.isArray(list) ? list : []))
    if (tasks.length === 0 || tasks.every(task => timeoutOf(task) !== undefined)) return []
    const severity = isPlaybook ? 'warning' : 'note'
    const fix = `${SET.slice(0, -1)}, or timeout on each task.`
    return [{ at, draft: draft('timeout-missing', severity, [['spec', 'tasks'], HANGS, fix]) }]
  })
}

function lintCount({ objects }: Folder): PlacedDraft[] {
  const at = objects[MAX_OBJECTS]
  if (at === undefined) return []
  const why = `The folder holds ${objects.length} Tekton objects, and a bundle ${MAX_OBJECTS} at most: Tekton resolves none of them.`
  return [{ at, draft: draft('too-many-objects', 'error', [[], why, 'Make several bundles of it.']) }]
}

function lintParameters(folder: Folder): PlacedDraft[] {
  const pipeline = pipelineOf(folder)
  const { schema, registration } = folder
  const spec = registration?.document.value.spec
  const inline = isObject(spec) && spec.parameters !== undefined && registration !== undefined
  if (schema === undefined && !inline) {
    const params = isObject(pipeline?.document.value.spec) ? pipeline.document.value.spec.params : undefined
    if (pipeline === undefined || !Array.isArray(params) || params.length === 0) return []
    const why = 'No schema bounds the params: any text will do for each, and a model fills them in.'
    const fix = `Describe them in ${SCHEMA_FILE} beside the Pipeline.`
    return [{ at: pipeline, draft: draft('schema-missing', 'warning', [['spec', 'params'], why, fix]) }]
  }
  const [at, source, below] =
    schema === undefined
      ? [registration, isObject(spec) ? spec.parameters : {}, ['spec', 'parameters']]
      : [schema, schema.document.value, []]
  if (at === undefined) return []
  const { inSchema, inPipeline } = lintSchema(source, pipeline?.document.value)
  return [
    ...inSchema.map(each => ({ at, draft: { ...each, path: [...below, ...each.path] } })),
    ...(pipeline === undefined ? [] : inPipeline.map(each => ({ at: pipeline, draft: each }))),
  ]
}

/** It is pinned when it is registered; only a digest says beforehand to what. */
function lintImage({ registration: at }: Folder): PlacedDraft[] {
  const spec = at?.document.value.spec
  if (at === undefined || !isObject(spec) || typeof spec.image !== 'string' || spec.image.includes('@'))
    return []
  const why = `${spec.image} is pinned when the playbook is registered, to whatever it is then.`
  return [
    { at, draft: draft('image-not-pinned', 'note', [['spec', 'image'], why, 'Name it by its digest.']) },
  ]
}

/** Everything that needs more than one file. */
export function lintPlaybook(folder: Folder): PlacedDraft[] {
  return [
    ...lintCount(folder),
    ...lintParameters(folder),
    ...lintRegistration(folder),
    ...lintImage(folder),
    ...lintTimeouts(folder, true),
  ]
}
