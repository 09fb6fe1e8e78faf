// What the audit log cannot show, or shows though all is well; each with its reason.

import type { Exception } from './compare.ts'

const WANTED_BY_KNATIVE =
  'Knative asks in a SubjectAccessReview whether the account may, and else the source is not Ready; its adapter only watches, and lists where the API server cannot stream a list'

function wantedByKnative(account: string, group: string, resource: string): Exception[] {
  const action = { kind: 'unseen', account, group, resource, why: WANTED_BY_KNATIVE } as const
  return [
    { ...action, verb: 'get' },
    { ...action, verb: 'list' },
  ]
}

export const EXCEPTIONS: readonly Exception[] = [
  ...wantedByKnative('source', 'playbook.kubernaut.io', 'playbooks'),
  ...wantedByKnative('source', 'tekton.dev', 'pipelineruns'),
  ...wantedByKnative('resolution-source', 'resolution.tekton.dev', 'resolutionrequests'),
  {
    kind: 'unseen',
    account: 'execute',
    verb: 'release',
    group: 'tekton.dev',
    resource: 'pipelineruns',
    why: 'no verb of the API: the admission policy asks for it, and admission.cluster.ts shows that it counts',
  },
  {
    kind: 'unseen',
    account: 'notify',
    verb: 'record',
    group: 'tekton.dev',
    resource: 'pipelineruns',
    why: 'no verb of the API: the admission policy asks for it, and approval-policy.cluster.ts shows that it counts',
  },
  ...['create events', 'update configmaps'].map((what): Exception => {
    const [verb = '', resource = ''] = what.split(' ')
    const why =
      'validate reads a new policy first, and keeps it or tells that it is broken; execute does so after a start'
    return { kind: 'unseen', account: 'execute', verb, group: '', resource, why }
  }),
  ...['validate', 'execute'].map((account): Exception => {
    const why = 'a target that may not be read needs a person, as in cli-run.cluster.ts'
    return { kind: 'refused', account, verb: 'get', group: '', resource: 'serviceaccounts', why }
  }),
  {
    kind: 'refused',
    account: 'register',
    verb: 'get',
    group: '',
    resource: 'secrets',
    why: 'a namespace that does not bind playbook-pull-secrets, as in private-registry.cluster.ts, keeps its secrets',
  },
]
