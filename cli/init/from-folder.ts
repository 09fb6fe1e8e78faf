// A new playbook out of a folder: its Pipeline, or a Task with a Pipeline around it.

import { isObject, type Json } from '../../shared/analysis/document.ts'
import { VERSION_ANNOTATION } from '../../shared/playbook/version.ts'
import { readBundleFolder } from '../bundle/folder.ts'
import { Trouble } from '../shell.ts'
import { schemaOfPipeline } from './params.ts'
import { type Naming, type Plan, registrationOf } from './plan.ts'

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function specOf(object: Json): Json {
  return isObject(object.spec) ? object.spec : {}
}

/** A list or an object is handed on as a whole. */
function handedOn({ name, type, default: fallback, properties }: Json): Json {
  const isList = type === 'array' || Array.isArray(fallback)
  const isMap = type === 'object' || isObject(properties) || isObject(fallback)
  if (isList) return { name, value: [`$(params.${name}[*])`] }
  return { name, value: isMap ? `$(params.${name}[*])` : `$(params.${name})` }
}

/** A Pipeline of one task, which takes the Task's params as its own. */
function around(task: Json, name: string): Json {
  const spec = specOf(task)
  const workspaces = listOf(spec.workspaces).filter(({ optional }) => optional !== true)
  if (workspaces.length > 0)
    throw new Trouble(
      `The Task needs the workspace ${workspaces[0]?.name}, and a remediation has none to give: make it optional.`,
    )
  const params = listOf(spec.params)
  const given = params.length === 0 ? {} : { params: params.map(handedOn) }
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name },
    spec: { ...(params.length === 0 ? {} : { params }), tasks: [{ name: 'run', ...given, taskSpec: spec }] },
  }
}

function renamed(pipeline: Json, name: string): Json {
  return { ...pipeline, metadata: { ...(isObject(pipeline.metadata) ? pipeline.metadata : {}), name } }
}

function onlyOne(objects: readonly Json[], kind: string, folder: string): Json | undefined {
  const [first, ...others] = objects.filter(object => object.kind === kind)
  if (others.length > 0)
    throw new Trouble(`${folder} holds ${others.length + 1} objects of kind ${kind}: leave one there.`)
  return first
}

/** Throws Trouble where the folder holds neither one Pipeline nor one Task. */
export async function planFolder(naming: Naming, folder: string): Promise<Plan> {
  const { texts, schema } = await readBundleFolder(folder)
  const objects: Json[] = texts.flatMap(({ documents }) => documents).map(({ object }) => object)
  const own = onlyOne(objects, 'Pipeline', folder)
  const task = own === undefined ? onlyOne(objects, 'Task', folder) : undefined
  if (own === undefined && task === undefined) throw new Trouble(`${folder} holds no Pipeline and no Task.`)
  const pipeline = own === undefined ? around(task ?? {}, naming.name) : renamed(own, naming.name)
  const annotations =
    isObject(pipeline.metadata) && isObject(pipeline.metadata.annotations)
      ? pipeline.metadata.annotations
      : {}
  const version = annotations[VERSION_ANNOTATION]
  const rest = objects.filter(object => object !== own && object !== task)
  return {
    name: naming.name,
    pipeline,
    schema:
      schema === undefined ? schemaOfPipeline(listOf(specOf(pipeline).params)) : (JSON.parse(schema) as Json),
    playbook: registrationOf({ ...naming, ...(typeof version === 'string' ? { version } : {}) }),
    others: new Map(rest.length === 0 ? [] : [['tasks.yaml', rest]]),
  }
}
