// Imports a Kubernaut RemediationWorkflow as a Playbook: a tekton bundle as it is, anything else wrapped in a Pipeline.

import { isObject, type Json } from '../analysis/document.ts'
import { compileParameters } from '../parameters/compile.ts'
import type { Playbook, PlaybookSpec } from '../playbook/playbook.ts'
import { Fault } from '../runtime/fault.ts'
import { DEFAULT_ANSIBLE_RUNNER } from './ansible.ts'
import { readWorkflow, type Workflow } from './workflow.ts'
import { wrapInPipeline } from './wrap.ts'

export interface ImportOptions {
  /** The id under which the analysis service knows the workflow; it becomes an alias. */
  readonly workflowId?: string
  /** Registry and path under which wrapped Pipelines will be pushed; the bundle is `<repository>/<name>:<version>`. */
  readonly repository?: string
  readonly ansibleRunner?: string
}

export interface ImportedPlaybook {
  readonly playbook: Playbook
  /** To be pushed as `playbook.spec.bundle`; absent where the workflow already is a Tekton bundle. */
  readonly pipeline?: Json
  /** JSON Schema 2020-12 of the parameters, to be pushed with the Pipeline. */
  readonly schema: Json
  /** The other objects of the file, such as its ServiceAccount and roles. */
  readonly resources: readonly Json[]
}

const DEFAULT_REPOSITORY = 'localhost:5000/playbooks'
/** The Pipeline's name in every Tekton bundle of Kubernaut. */
const KUBERNAUT_PIPELINE = 'workflow'
const LABEL_SOURCES = ['labels', 'customLabels', 'detectedLabels'] as const

function describeSpec(spec: Json): PlaybookSpec['description'] {
  const description = isObject(spec.description) ? spec.description : {}
  const text = (key: string): string | undefined =>
    typeof description[key] === 'string' ? description[key] : undefined
  const preconditions = text('preconditions')
  const when = [
    text('whenToUse'),
    preconditions === undefined ? undefined : `Preconditions: ${preconditions}`,
  ]
  const whenToUse = when.filter(part => part !== undefined).join(' ')
  const what = text('what')
  const whenNotToUse = text('whenNotToUse')
  return {
    ...(what !== undefined && { what }),
    ...(whenToUse !== '' && { whenToUse }),
    ...(whenNotToUse !== undefined && { whenNotToUse }),
  }
}

function labelsOf(spec: Json): Record<string, unknown> {
  const groups = LABEL_SOURCES.map(key => spec[key]).filter(isObject)
  const actionType = typeof spec.actionType === 'string' ? { actionType: spec.actionType } : {}
  return Object.assign({}, actionType, ...groups)
}

/** Names under which an analysis may ask for it: its own, the service's id, and what it runs. */
function aliasesOf(workflow: Workflow, workflowId: string | undefined): string[] {
  const digest = workflow.engine === 'ansible' ? workflow.bundleDigest : workflow.bundle.split('@')[1]
  const aliases = [workflow.name, workflowId, digest]
  return [...new Set(aliases.filter(alias => alias !== undefined))]
}

function dependenciesOf({ secrets, configMaps }: Workflow): Pick<PlaybookSpec, 'dependencies'> {
  if (secrets.length + configMaps.length === 0) return {}
  const named = (names: readonly string[]): { name: string }[] => names.map(name => ({ name }))
  return { dependencies: { secrets: named(secrets), configMaps: named(configMaps) } }
}

function playbookOf(workflow: Workflow, schema: Json, options: ImportOptions): Playbook {
  const { name, version, engine, serviceAccountName, namespace, spec } = workflow
  const wrapped = `${options.repository ?? DEFAULT_REPOSITORY}/${name}:${version}`
  const where =
    engine === 'tekton'
      ? { bundle: workflow.bundle, pipeline: KUBERNAUT_PIPELINE, parameters: schema }
      : { bundle: wrapped, pipeline: name }
  return {
    apiVersion: 'playbook.kubernaut.io/v1alpha1',
    kind: 'Playbook',
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    spec: {
      ...where,
      version,
      description: describeSpec(spec) ?? {},
      labels: labelsOf(spec),
      aliases: aliasesOf(workflow, options.workflowId),
      ...(serviceAccountName !== undefined && { serviceAccountName }),
      ...dependenciesOf(workflow),
    },
  }
}

/**
 * Imports the YAML of a RemediationWorkflow (kubernaut.ai/v1alpha1) and its service account. Throws a Fault
 * (`malformed`) with a sentence where the file lacks something.
 */
export function importWorkflow(text: string, options: ImportOptions = {}): ImportedPlaybook {
  const workflow = readWorkflow(text)
  const compiled = compileParameters({ parameters: workflow.spec.parameters ?? [] })
  if (!compiled.ok) throw new Fault('malformed', compiled.errors.map(error => error.message).join(' '))
  const { schema, flat } = compiled
  const ansibleRunner = options.ansibleRunner ?? DEFAULT_ANSIBLE_RUNNER
  const pipeline =
    workflow.engine === 'tekton' ? {} : { pipeline: wrapInPipeline({ workflow, flat, ansibleRunner }) }
  return {
    playbook: playbookOf(workflow, schema, options),
    ...pipeline,
    schema,
    resources: workflow.resources,
  }
}
