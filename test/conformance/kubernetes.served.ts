// The table's calls about what is served, and how what is not is refused.

import type { KubernetesCall } from './kubernetes.perform.ts'

const CORE = '/api/v1/namespaces/{namespace}'
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases'

export const servedCalls: readonly KubernetesCall[] = [
  {
    name: 'nothing is created in a namespace that does not exist',
    method: 'POST',
    path: '/api/v1/namespaces/no-such-namespace/configmaps',
    body: { metadata: { name: 'x' } },
    status: 404,
    expect: {
      reason: 'NotFound',
      message: 'namespaces "no-such-namespace" not found',
      details: { name: 'no-such-namespace', kind: 'namespaces' },
    },
  },
  {
    name: 'an access review answers',
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
    status: 201,
    expect: { kind: 'SelfSubjectAccessReview', status: { allowed: true } },
  },
  {
    name: 'a review of oneself answers',
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: {},
    status: 201,
    expect: { kind: 'SelfSubjectReview' },
  },
  { name: 'a resource that is not served', method: 'GET', path: `${CORE}/nothings`, status: 404 },
  {
    name: 'a verb that is not served',
    method: 'PUT',
    path: LEASES,
    body: {},
    status: 405,
    expect: { reason: 'MethodNotAllowed' },
  },
]
