// The kinds of Kubernetes object that the system touches: where each lives in the API, and the least of its shape.

/** Where a kind lives in the API: `/apis/<group>/<version>/namespaces/<namespace>/<plural>`. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
}

/** One kind of a group and version, as the API server describes it; a name with a slash is a subresource. */
export interface ServedKind {
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
}

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
}

export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly OwnerReference[]
}

/** Any Kubernetes object; what lies under `spec`, `status` or `data` is the kind's own. */
export interface KubernetesObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: ObjectMeta
}

/** A status condition (https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties). */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
  readonly observedGeneration?: number
}

/** Where a kind of this group and version is. */
export function resource(apiVersion: string, kind: string, plural: string, namespaced = true): Resource {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return { group: group ?? '', version: version ?? '', plural, kind, namespaced }
}

export const playbooks = resource('playbook.kubernaut.io/v1alpha1', 'Playbook', 'playbooks')
export const pipelineRuns = resource('tekton.dev/v1', 'PipelineRun', 'pipelineruns')
export const taskRuns = resource('tekton.dev/v1', 'TaskRun', 'taskruns')
export const resolutionRequests = resource(
  'resolution.tekton.dev/v1beta1',
  'ResolutionRequest',
  'resolutionrequests',
)
export const leases = resource('coordination.k8s.io/v1', 'Lease', 'leases')
export const brokers = resource('eventing.knative.dev/v1', 'Broker', 'brokers')
export const secrets = resource('v1', 'Secret', 'secrets')
export const serviceAccounts = resource('v1', 'ServiceAccount', 'serviceaccounts')
export const configMaps = resource('v1', 'ConfigMap', 'configmaps')
export const events = resource('v1', 'Event', 'events')
export const selfSubjectReviews = resource(
  'authentication.k8s.io/v1',
  'SelfSubjectReview',
  'selfsubjectreviews',
  false,
)
export const namespaces = resource('v1', 'Namespace', 'namespaces', false)

export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
}

/** The URL path of a collection, or of one object when a name is given. */
export function pathOf(resource: Resource, namespace?: string, name?: string): string {
  const root =
    resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  const scope =
    resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${scope}/${resource.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}

/** `?a=1&b=2` of what is defined; empty where nothing is. */
export function query(values: Readonly<Record<string, string | undefined>>): string {
  const set = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`
}
