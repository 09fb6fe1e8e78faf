// The columns of `kubectl get` for built-in kinds, beside NAME and AGE.

import type { Column } from './kinds.ts'

/** `Name=jsonPath`, with `?` before a name that shows only with `-o wide`, and `#` before a path whose items are counted. */
function columns(...texts: readonly string[]): readonly Column[] {
  return texts.map(text => {
    const split = text.indexOf('=')
    const name = text.slice(0, split)
    return {
      name: name.replace('?', ''),
      type: text[split + 1] === '#' ? 'integer' : 'string',
      jsonPath: text.slice(split + 1),
      priority: name.startsWith('?') ? 1 : 0,
    }
  })
}

const CREATED: readonly Column[] = [
  { name: 'Created At', type: 'string', jsonPath: '.metadata.creationTimestamp' },
]
const BINDING = ['Role=.roleRef.name']

export const BUILTIN_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  Namespace: columns('Status=.status.phase'),
  ServiceAccount: columns('Secrets=#.secrets'),
  Secret: columns('Type=.type', 'Data=#.data'),
  ConfigMap: columns('Data=#.data'),
  Service: columns('Type=.spec.type', 'Cluster-IP=.spec.clusterIP', 'Port(s)=.spec.ports[*].port'),
  Pod: columns(
    'Status=.status.phase',
    'Restarts=.status.containerStatuses[*].restartCount',
    '?IP=.status.podIP',
    '?Node=.spec.nodeName',
  ),
  Event: columns(
    'Last Seen=.lastTimestamp',
    'Type=.type',
    'Reason=.reason',
    'Object=.involvedObject.name',
    'Message=.message',
  ),
  Node: columns(
    'Ready=.status.conditions[?(@.type=="Ready")].status',
    'Version=.status.nodeInfo.kubeletVersion',
  ),
  PersistentVolumeClaim: columns(
    'Status=.status.phase',
    'Volume=.spec.volumeName',
    'Capacity=.status.capacity.storage',
  ),
  Lease: columns('Holder=.spec.holderIdentity'),
  Deployment: columns(
    'Replicas=.spec.replicas',
    'Ready=.status.readyReplicas',
    'Up-to-date=.status.updatedReplicas',
    'Available=.status.availableReplicas',
  ),
  StatefulSet: columns('Replicas=.spec.replicas', 'Ready=.status.readyReplicas'),
  DaemonSet: columns('Desired=.status.desiredNumberScheduled', 'Ready=.status.numberReady'),
  ReplicaSet: columns('Desired=.spec.replicas', 'Current=.status.replicas', 'Ready=.status.readyReplicas'),
  PodDisruptionBudget: columns(
    'Min Available=.spec.minAvailable',
    'Max Unavailable=.spec.maxUnavailable',
    'Allowed Disruptions=.status.disruptionsAllowed',
  ),
  Role: CREATED,
  ClusterRole: CREATED,
  RoleBinding: columns(...BINDING),
  ClusterRoleBinding: columns(...BINDING),
  ValidatingAdmissionPolicy: columns('Validations=#.spec.validations', 'ParamKind=.spec.paramKind.kind'),
  ValidatingAdmissionPolicyBinding: columns('PolicyName=.spec.policyName', 'ParamRef=.spec.paramRef.name'),
  CustomResourceDefinition: CREATED,
}
