// Wraps what is no Tekton bundle in a Pipeline of one task: parameters arrive in its environment, never in a script.

import type { Json } from '../analysis/document.ts'
import type { FlatParameter } from '../parameters/parameters.ts'
import { toTekton } from '../parameters/to-tekton.ts'
import { ansibleStep } from './ansible.ts'
import type { Workflow } from './workflow.ts'

/** Where Kubernaut's jobs find the Secrets and ConfigMaps that they depend on. */
const MOUNTS = { secret: '/run/kubernaut/secrets', configmap: '/run/kubernaut/configmaps' } as const

interface Param {
  readonly name: string
  readonly type: 'string'
  readonly description?: string
  readonly default?: string
}

/** An optional parameter defaults to empty, which shell scripts read like one that is not set (`${NAME:-…}`). */
function paramOf(parameter: FlatParameter): Param {
  const { name, description, required } = parameter
  const fallback = parameter.default === undefined ? '' : toTekton(parameter.default, 'string')
  return {
    name,
    type: 'string',
    ...(description !== undefined && { description }),
    ...(!required && { default: String(fallback) }),
  }
}

/** Kubernaut always gives its jobs the whole target under this name. */
const TARGET: Param = {
  name: 'TARGET_RESOURCE',
  type: 'string',
  description: 'The target as namespace/Kind/name, or Kind/name',
  default: '',
}

function paramsOf(flat: readonly FlatParameter[]): Param[] {
  const own = flat.map(paramOf)
  return own.some(param => param.name === TARGET.name) ? own : [...own, TARGET]
}

function volumesOf(workflow: Workflow): { volumes?: Json[]; volumeMounts?: Json[] } {
  const named = [
    ...workflow.secrets.map(name => ({
      name,
      kind: 'secret' as const,
      source: { secret: { secretName: name } },
    })),
    ...workflow.configMaps.map(name => ({
      name,
      kind: 'configmap' as const,
      source: { configMap: { name } },
    })),
  ]
  if (named.length === 0) return {}
  return {
    volumes: named.map(({ name, kind, source }) => ({ name: `${kind}-${name}`, ...source })),
    volumeMounts: named.map(({ name, kind }) => ({
      name: `${kind}-${name}`,
      mountPath: `${MOUNTS[kind]}/${name}`,
      readOnly: true,
    })),
  }
}

export interface Wrapping {
  readonly workflow: Workflow
  readonly flat: readonly FlatParameter[]
  /** The image that runs ansible workflows. */
  readonly ansibleRunner: string
}

/**
 * A Tekton v1 Pipeline (https://tekton.dev/docs/pipelines/pipelines/) that runs the workflow's image, or its ansible
 * playbook, once. The task takes its params from the Pipeline's by propagation, so it declares none.
 */
export function wrapInPipeline({ workflow, flat, ansibleRunner }: Wrapping): Json {
  const params = paramsOf(flat)
  const { volumes, volumeMounts } = volumesOf(workflow)
  const env = params.map(({ name }) => ({ name, value: `$(params.${name})` }))
  const own =
    workflow.engine === 'ansible'
      ? ansibleStep(
          workflow,
          params.map(param => param.name),
          ansibleRunner,
        )
      : { image: workflow.bundle, env: [] }
  const step = {
    name: 'run',
    ...own,
    env: [...own.env, ...env],
    ...(volumeMounts !== undefined && { volumeMounts }),
  }
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name: workflow.name, annotations: { 'playbook.kubernaut.io/version': workflow.version } },
    spec: {
      params,
      tasks: [{ name: 'run', taskSpec: { steps: [step], ...(volumes !== undefined && { volumes }) } }],
    },
  }
}
