// A real cluster as a stage for journeys: objects through kubectl, events through the Broker's own ingress.

import { emit } from '../../shared/events/emit.ts'
import { createKubernetes } from '../../shared/kubernetes/client.ts'
import { type Connection, connect } from '../../shared/kubernetes/connection.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import type { Stage } from '../journeys/stage.ts'
import { kubectlImage, loadKubeConfig, setting, testImage } from './cluster.ts'
import { kubectl } from './kubectl.ts'
import { patient } from './patient.ts'

export const SYSTEM = process.env.SYSTEM_NAMESPACE ?? 'kubernaut-system'

async function apply(object: KubernetesObject): Promise<void> {
  kubectl(['apply', '-f', '-'], JSON.stringify(object))
}

/** The Broker as this machine reaches it: through the ingress's ClusterIP, or BROKER_INGRESS where that is not routed. */
function sinkUrl(): string {
  const service = ['-n', 'knative-eventing', 'get', 'service', 'broker-ingress']
  const ingress =
    process.env.BROKER_INGRESS ?? `http://${kubectl([...service, '-o', 'jsonpath={.spec.clusterIP}'])}`
  return `${ingress}/${SYSTEM}/playbooks`
}

export interface ClusterStage extends Stage {
  /** An image with kubectl, for playbooks that change something. */
  readonly kubectlImage: string
  readonly sink: string
  readonly connection: Connection
}

export function openStage(): ClusterStage {
  const sink = sinkUrl()
  const registry = setting('REGISTRY')
  const connection = connect(loadKubeConfig(), Date.now)
  return {
    connection,
    kubernetes: patient(createKubernetes(connection)),
    registry,
    image: testImage(),
    kubectlImage: kubectlImage(),
    system: SYSTEM,
    sink,
    apply,
    send: event => emit(globalThis.fetch, sink, event),
    // The timer ticks by itself each minute.
    sweep: async () => undefined,
  }
}
