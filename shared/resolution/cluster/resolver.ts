// Tasks, Pipelines and StepActions of the cluster itself (https://tekton.dev/docs/pipelines/cluster-resolver/).

import { createHash } from 'node:crypto'
import { stringifyLikeGo } from '../../bundle/json.ts'
import type { Kubernetes } from '../../kubernetes/client.ts'
import { KubernetesError } from '../../kubernetes/errors.ts'
import { apiVersionOf, type KubernetesObject, type Resource } from '../../kubernetes/resources.ts'
import { ResolutionError } from '../error.ts'
import { accessTo } from '../namespaces.ts'
import { type Params, textParam } from '../params.ts'
import type { Resolved, Resolver, Settings } from '../resolver.ts'

function tekton(version: string, kind: string): Resource {
  return { group: 'tekton.dev', version, plural: `${kind.toLowerCase()}s`, kind, namespaced: true }
}

const KINDS: Readonly<Record<string, Resource>> = {
  task: tekton('v1', 'Task'),
  pipeline: tekton('v1', 'Pipeline'),
  stepaction: tekton('v1beta1', 'StepAction'),
}

interface Wanted {
  readonly kind: string
  readonly resource: Resource
  readonly name: string
  readonly namespace: string
}

/** In the order in which Tekton complains. */
function wantedBy(params: Params, settings: Settings): Wanted {
  const kind = textParam(params, 'kind') ?? (settings['default-kind'] || 'task')
  const name = textParam(params, 'name')
  const namespace = textParam(params, 'namespace') ?? (settings['default-namespace'] || undefined)
  const resource = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
  if (resource === undefined) throw new ResolutionError(`unknown or unsupported resource kind '${kind}'`)
  if (name === undefined || namespace === undefined) {
    const missing = [
      ...(name === undefined ? ['name'] : []),
      ...(namespace === undefined ? ['namespace'] : []),
    ]
    throw new ResolutionError(`missing required cluster resolver params: ${missing.join(', ')}`)
  }
  const access = accessTo(namespace, settings)
  if (access !== 'open') throw new ResolutionError(`access to specified namespace ${namespace} is ${access}`)
  return { kind, resource, name, namespace }
}

/** What the object says, without what the API server notes about it: the same as long as nobody changes its meaning. */
function checksum({ metadata, ...object }: KubernetesObject & { spec?: unknown }): string {
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...annotations } = metadata.annotations ?? {}
  const { name, namespace, labels = {} } = metadata
  const meant = { ...object, metadata: { name, namespace, labels, annotations } }
  return createHash('sha256').update(stringifyLikeGo(meant)).digest('hex')
}

function describe(object: KubernetesObject, { kind, resource, name, namespace }: Wanted): Resolved {
  const apiVersion = apiVersionOf(resource)
  const { managedFields: _, ...metadata } = { managedFields: undefined, ...object.metadata }
  const whole = { ...object, apiVersion, kind: resource.kind, metadata }
  const path = `/apis/${apiVersion}/namespaces/${namespace}/${kind}/${name}`
  return {
    data: JSON.stringify(whole),
    annotations: { name, namespace },
    refSource: { uri: `${path}@${metadata.uid ?? ''}`, digest: { sha256: checksum(whole) } },
  }
}

export function createClusterResolver(kubernetes: Kubernetes): Resolver {
  return {
    type: 'cluster',
    validate(params, settings) {
      wantedBy(params, settings)
    },
    async resolve({ params, settings }) {
      const wanted = wantedBy(params, settings)
      const { resource, name, namespace } = wanted
      try {
        const object = await kubernetes.get(resource, { namespace, name })
        if (object !== undefined) return describe(object, wanted)
      } catch (error) {
        if (error instanceof KubernetesError)
          throw new ResolutionError(error.message, { mayPass: error.status === 429 || error.status >= 500 })
        throw error
      }
      throw new ResolutionError(`${resource.plural}.${resource.group} "${name}" not found`)
    },
  }
}
