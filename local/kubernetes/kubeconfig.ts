// Who a client is, and the kubeconfig that lets it in.

import { stringify } from 'yaml'

/** client-node refuses plain HTTP unless TLS verification is off, so it is, for an address that has no TLS. */
export function kubeconfigFor(server: string, user: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: user, user: { token: user } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user, namespace: 'default' } }],
    'current-context': 'local',
  })
}

/** The bearer token is the name: nothing is checked. */
export function userOf(authorization: string | undefined): { user?: string } {
  const [, token] = /^Bearer\s+(.+)$/i.exec(authorization ?? '') ?? []
  return token === undefined ? {} : { user: token }
}
