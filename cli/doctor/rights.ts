// Who may do what: the functions' accounts, and whoever asks.

import { type KubernetesObject, resource } from '../../shared/kubernetes/resources.ts'
import { type Check, type Finding, fail, ok, type Patient, warn } from './check.ts'

const reviews = resource('authorization.k8s.io/v1', 'SubjectAccessReview', 'subjectaccessreviews', false)
const selfReviews = resource(
  'authorization.k8s.io/v1',
  'SelfSubjectAccessReview',
  'selfsubjectaccessreviews',
  false,
)

interface Right {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  readonly namespace?: string
}

interface Review extends KubernetesObject {
  readonly spec: object
  readonly status?: { readonly allowed?: boolean }
}

async function isAllowed({ cluster }: Patient, right: Right, user?: string): Promise<boolean> {
  const resourceAttributes = right
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: user === undefined ? 'SelfSubjectAccessReview' : 'SubjectAccessReview',
    metadata: { name: '' },
    spec: { resourceAttributes, ...(user === undefined ? {} : { user }) },
  }
  const kind = user === undefined ? selfReviews : reviews
  return (await cluster.kubernetes.create<Review>(kind, review)).status?.allowed === true
}

const runs = { group: 'tekton.dev', resource: 'pipelineruns' }
const playbooks = { group: 'playbook.kubernaut.io', resource: 'playbooks' }
const leases = { group: 'coordination.k8s.io', resource: 'leases' }

/** Of triggers/rbac.yaml, what each function cannot be without; `system` stands for the system's namespace. */
const NEEDED: readonly (readonly [account: string, right: Right, where: 'anywhere' | 'system'])[] = [
  ['register', { ...playbooks, verb: 'get' }, 'anywhere'],
  ['register', { ...playbooks, subresource: 'status', verb: 'update' }, 'anywhere'],
  ['validate', { ...playbooks, verb: 'list' }, 'anywhere'],
  ['validate', { group: '', resource: 'configmaps', verb: 'get' }, 'system'],
  ['execute', { ...runs, verb: 'create' }, 'anywhere'],
  ['execute', { ...runs, verb: 'release' }, 'anywhere'],
  ['execute', { ...leases, verb: 'create' }, 'system'],
  ['notify', { ...runs, verb: 'patch' }, 'anywhere'],
  ['notify', { ...leases, verb: 'create' }, 'system'],
  ['sweep', { ...runs, verb: 'list' }, 'anywhere'],
  ['source', { ...playbooks, verb: 'watch' }, 'anywhere'],
]

function wordsOf({ verb, resource: what, subresource }: Right): string {
  return `${verb} ${what}${subresource === undefined ? '' : `/${subresource}`}`
}

async function accounts(patient: Patient): Promise<Finding[]> {
  const { systemNamespace: namespace } = patient
  const found: Finding[] = []
  for (const [account, right, where] of NEEDED) {
    const isPolicy = right.resource === 'configmaps'
    const placed = where === 'system' ? { ...right, namespace } : right
    const named = isPolicy ? { ...placed, name: 'playbook-policy' } : placed
    const user = `system:serviceaccount:${namespace}:${account}`
    if (await isAllowed(patient, named, user)) continue
    const message = `${account} may not ${wordsOf(right)}.`
    found.push(fail(`rights/${account}`, message, 'kubectl apply -f triggers/rbac.yaml'))
  }
  return found.length > 0 ? found : [ok('rights', 'each function may do what it must')]
}

/** What the commands of this program ask for; without it they say so themselves. */
async function mine(patient: Patient): Promise<Finding[]> {
  const { namespace, systemNamespace } = patient
  const place = namespace === undefined ? {} : { namespace }
  const wanted: readonly (readonly [Right, string])[] = [
    [{ ...runs, verb: 'list', ...place }, 'runs, events'],
    [{ ...runs, verb: 'patch', ...place }, 'cancel, deny'],
    [{ ...runs, verb: 'approve', ...place }, 'approve'],
    [{ group: '', resource: 'pods', subresource: 'log', verb: 'get', ...place }, 'logs'],
    [{ ...playbooks, verb: 'create', ...place }, 'register'],
    [
      {
        group: '',
        resource: 'services',
        subresource: 'proxy',
        verb: 'create',
        namespace: 'knative-eventing',
      },
      'run (or give --broker)',
    ],
    [{ ...leases, verb: 'get', namespace: systemNamespace }, 'run, events: refusals'],
  ]
  const found: Finding[] = []
  for (const [right, needed] of wanted)
    if (!(await isAllowed(patient, right)))
      found.push(warn('my-rights', `You may not ${wordsOf(right)}: ${needed}.`))
  return found.length > 0 ? found : [ok('my-rights', 'every command of playbook')]
}

export const RIGHTS: readonly Check[] = [
  { name: 'rights', look: accounts },
  { name: 'my-rights', look: mine },
]
