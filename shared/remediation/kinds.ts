// What kubectl knows of kinds and their words do not say: short names, irregular plurals, which have no namespace.

/** kubectl's short names (https://kubernetes.io/docs/reference/kubectl/#resource-types), and words that the rules below would mistake. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['cm', 'configmap'],
  ['crd', 'customresourcedefinition'],
  ['cj', 'cronjob'],
  ['deploy', 'deployment'],
  ['ds', 'daemonset'],
  ['ep', 'endpoints'],
  ['hpa', 'horizontalpodautoscaler'],
  ['ing', 'ingress'],
  ['limits', 'limitrange'],
  ['netpol', 'networkpolicy'],
  ['no', 'node'],
  ['ns', 'namespace'],
  ['pdb', 'poddisruptionbudget'],
  ['po', 'pod'],
  ['pv', 'persistentvolume'],
  ['pvc', 'persistentvolumeclaim'],
  ['quota', 'resourcequota'],
  ['rc', 'replicationcontroller'],
  ['rs', 'replicaset'],
  ['sa', 'serviceaccount'],
  ['sc', 'storageclass'],
  ['sts', 'statefulset'],
  ['svc', 'service'],
  ['vpa', 'verticalpodautoscaler'],
  ['endpoint', 'endpoints'],
  ['caches', 'cache'],
  ['prometheus', 'prometheus'],
  ['prometheuses', 'prometheus'],
  ['redis', 'redis'],
  ['redises', 'redis'],
])

/** Kinds that have no namespace (`kubectl api-resources --namespaced=false`), built-in and widespread, as far as a remediation may change them. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'apiservice',
  'certificatesigningrequest',
  'clusterissuer',
  'clusterrole',
  'clusterrolebinding',
  'csidriver',
  'csinode',
  'customresourcedefinition',
  'flowschema',
  'gatewayclass',
  'ingressclass',
  'mutatingwebhookconfiguration',
  'namespace',
  'node',
  'nodeclaim',
  'nodepool',
  'persistentvolume',
  'priorityclass',
  'prioritylevelconfiguration',
  'runtimeclass',
  'storageclass',
  'validatingadmissionpolicy',
  'validatingadmissionpolicybinding',
  'validatingwebhookconfiguration',
  'volumeattachment',
  'volumesnapshotclass',
  'volumesnapshotcontent',
])

function singular(plain: string): string {
  if (plain.endsWith('ies')) return `${plain.slice(0, -3)}y`
  if (/(ss|x|ch|sh)es$/.test(plain)) return plain.slice(0, -2)
  return plain.endsWith('s') && !plain.endsWith('ss') ? plain.slice(0, -1) : plain
}

/** The kind that a word means in the singular: `pvcs`, `PersistentVolumeClaims` in lower case, `persistentvolumeclaim`. */
export function singularKind(word: string): string {
  const one = KNOWN.get(word) ?? singular(word)
  return KNOWN.get(one) ?? one
}

/**
 * What singular and plural of a word have in common, also of a kind that nobody here knows: `status` and `statuses`,
 * `lease` and `leases`. No word, only for comparing; where it takes two kinds for one, their objects merely wait for
 * each other.
 */
export function stemOf(kind: string): string {
  const withoutPlural = kind.replace(/ies?$/, 'y').replace(/(?<!s)s$/, '')
  return withoutPlural.replace(/(?<=s|x|z|ch|sh)e$/, '').replace(/(?<!s)s$/, '')
}

/** Whether objects of a kind, in the singular and in lower case, have no namespace. */
export function isClusterScoped(kind: string): boolean {
  return CLUSTER_SCOPED.has(kind)
}
