// The kinds that every Kubernetes has, as far as the system and its operators touch them.

import { BUILTIN_COLUMNS } from './columns.ts'
import type { Kind } from './kinds.ts'
import { TYPED } from './typed.ts'

type Traits = Partial<
  Pick<
    Kind,
    'namespaced' | 'names' | 'selectable' | 'unconditional' | 'createOnUpdate' | 'categories' | 'singular'
  >
> & { readonly has?: readonly ('status' | 'scale' | 'generation' | 'returnsDeleted')[] }

interface Place {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly shortNames: readonly string[]
}

/** `v1 ConfigMap configmaps cm` */
function placeOf(text: string): Place {
  const [apiVersion = '', kind = '', plural = '', ...shortNames] = text.split(' ')
  return { apiVersion, kind, plural, shortNames }
}

function builtin(text: string, traits: Traits = {}): Kind {
  const { apiVersion, kind, plural, shortNames } = placeOf(text)
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  const { has = [], ...rest } = traits
  const schema = TYPED[kind]
  return {
    group: group ?? '',
    version: version ?? '',
    storageVersion: version ?? '',
    kind,
    plural,
    singular: kind.toLowerCase(),
    listKind: `${kind}List`,
    shortNames,
    categories: [],
    namespaced: true,
    custom: false,
    status: has.includes('status'),
    scale: has.includes('scale'),
    generation: has.includes('generation'),
    columns: BUILTIN_COLUMNS[kind] ?? [],
    names: 'subdomain',
    selectable: [],
    unconditional: true,
    createOnUpdate: false,
    returnsDeleted: has.includes('returnsDeleted'),
    ...(schema === undefined ? {} : { schema }),
    ...rest,
  }
}

const CLUSTER: Traits = { namespaced: false }
const RBAC: Traits = { names: 'path', createOnUpdate: true }
const POLICY: Traits = { ...CLUSTER, unconditional: false, has: ['generation'] }
const WORKLOAD: Traits = { has: ['status', 'scale', 'generation'], categories: ['all'] }
const RBAC_V1 = 'rbac.authorization.k8s.io/v1'
const ADMISSION_V1 = 'admissionregistration.k8s.io/v1'
const EVENT_FIELDS = ['kind', 'name', 'namespace', 'uid', 'apiVersion', 'fieldPath']

/** https://kubernetes.io/docs/reference/kubernetes-api/ */
export const BUILTIN: readonly Kind[] = [
  builtin('v1 Namespace namespaces ns', {
    ...CLUSTER,
    names: 'label',
    selectable: ['status.phase'],
    has: ['status', 'returnsDeleted'],
  }),
  builtin('v1 ServiceAccount serviceaccounts sa', { has: ['returnsDeleted'] }),
  builtin('v1 Secret secrets', { selectable: ['type'] }),
  builtin('v1 ConfigMap configmaps cm'),
  builtin('v1 Service services svc', {
    names: 'label',
    categories: ['all'],
    createOnUpdate: true,
    has: ['status', 'returnsDeleted'],
    selectable: ['spec.clusterIP', 'spec.type'],
  }),
  builtin('v1 Pod pods po', {
    categories: ['all'],
    has: ['status', 'generation', 'returnsDeleted'],
    selectable: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.serviceAccountName',
      'status.phase',
      'status.podIP',
    ],
  }),
  builtin('v1 Event events ev', {
    createOnUpdate: true,
    selectable: ['reason', 'type', 'source', ...EVENT_FIELDS.map(field => `involvedObject.${field}`)],
  }),
  builtin('v1 Node nodes no', { ...CLUSTER, has: ['status'], selectable: ['spec.unschedulable'] }),
  builtin('v1 PersistentVolumeClaim persistentvolumeclaims pvc', { has: ['status', 'returnsDeleted'] }),
  builtin('coordination.k8s.io/v1 Lease leases', { unconditional: false, createOnUpdate: true }),
  builtin('apps/v1 Deployment deployments deploy', WORKLOAD),
  builtin('apps/v1 StatefulSet statefulsets sts', WORKLOAD),
  builtin('apps/v1 DaemonSet daemonsets ds', { has: ['status', 'generation'], categories: ['all'] }),
  builtin('apps/v1 ReplicaSet replicasets rs', WORKLOAD),
  builtin('policy/v1 PodDisruptionBudget poddisruptionbudgets pdb', {
    unconditional: false,
    has: ['status', 'generation'],
  }),
  builtin(`${RBAC_V1} Role roles`, RBAC),
  builtin(`${RBAC_V1} ClusterRole clusterroles`, { ...RBAC, ...CLUSTER }),
  builtin(`${RBAC_V1} RoleBinding rolebindings`, RBAC),
  builtin(`${RBAC_V1} ClusterRoleBinding clusterrolebindings`, { ...RBAC, ...CLUSTER }),
  builtin(`${ADMISSION_V1} ValidatingAdmissionPolicy validatingadmissionpolicies`, {
    ...POLICY,
    has: ['status', 'generation'],
  }),
  builtin(`${ADMISSION_V1} ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings`, POLICY),
  builtin('apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions crd crds', {
    ...CLUSTER,
    unconditional: false,
    categories: ['api-extensions'],
    has: ['status', 'generation'],
  }),
]
