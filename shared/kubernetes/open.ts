// Connects as kubectl would: from KUBECONFIG, the home folder, or the pod's service account.

import { KubeConfig } from '@kubernetes/client-node'
import { type Connection, connect } from './connection.ts'

/** The default connection of this process; throws when no kubeconfig names a cluster. */
export function openConnection(now: () => number): Connection {
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromDefault()
  return connect(kubeConfig, now)
}
