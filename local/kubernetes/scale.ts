// The scale subresource of workloads: `kubectl scale`, and what an autoscaler writes.

import type { Answer, Call, Cluster } from './cluster.ts'
import { isDryRun } from './cluster.ts'
import { mediaType, parseBody } from './decode.ts'
import { at, fieldsOf, type Resource, withMetadata } from './objects.ts'
import { jsonPatch, mergePatch } from './patch.ts'
import { invalid } from './status.ts'
import { methodNotAllowed } from './unserved.ts'
import { existing, updateObject } from './update.ts'
import { invalidValue } from './validate.ts'

function selectorOf(object: Resource): string {
  const labels = fieldsOf(at(object, 'spec', 'selector', 'matchLabels'))
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}

function scaleOf(object: Resource): Resource {
  const {
    name = '',
    namespace = '',
    uid = '',
    resourceVersion = '',
    creationTimestamp = '',
  } = object.metadata
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: at(object, 'spec', 'replicas') ?? 0 },
    status: { replicas: at(object, 'status', 'replicas') ?? 0, selector: selectorOf(object) },
  }
}

function wanted(call: Call, current: Resource): unknown {
  const body = parseBody(call.text, call.contentType)
  const isJsonPatch = mediaType(call.contentType) === 'application/json-patch+json'
  return isJsonPatch ? jsonPatch(current, body) : mergePatch(current, body)
}

/** GET, PUT and PATCH of `…/scale` (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/scale-v1/). */
export function scale(cluster: Cluster, call: Call, method: string): Answer {
  const old = existing(cluster, call)
  if (method === 'GET') return { status: 200, body: JSON.stringify(scaleOf(old.object)) }
  if (method !== 'PUT' && method !== 'PATCH') throw methodNotAllowed()
  const next = wanted(call, scaleOf(old.object))
  const replicas = at(next, 'spec', 'replicas') ?? 0
  if (typeof replicas !== 'number' || replicas < 0) {
    const faults = [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')]
    throw invalid({ ...call.kind, group: 'autoscaling', kind: 'Scale' }, call.name, { faults })
  }
  const resourceVersion = at(next, 'metadata', 'resourceVersion')
  const spec = { ...fieldsOf(old.object.spec), replicas }
  const sent = withMetadata({ ...old.object, spec }, { resourceVersion: resourceVersion || undefined })
  const target = { ...call, subresource: '' }
  const version = updateObject(cluster, target, { old, sent, dryRun: isDryRun(call.query) })
  return { status: 200, body: JSON.stringify(scaleOf(version.object)) }
}
