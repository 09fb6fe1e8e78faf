// What must be there before the bench on a cluster can begin, each with a sentence that says what to do.

import { brokers, knativeServices } from '../../scripts/deploy/kinds.ts'
import type { Kubernetes, ObjectKey } from '../../shared/kubernetes/client.ts'
import type { Resource } from '../../shared/kubernetes/resources.ts'
import { resourceOf } from './objects.ts'

interface Requirement {
  readonly resource: Resource
  readonly key: ObjectKey
  readonly advice: string
}

const DEFINITION = {
  ...resourceOf('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
  namespaced: false,
}
const TRIGGERS = [
  'install Tekton Triggers:',
  'kubectl apply -f https://infra.tekton.dev/tekton-releases/triggers/latest/release.yaml',
  '-f https://infra.tekton.dev/tekton-releases/triggers/latest/interceptors.yaml',
].join(' ')
const DEPLOY = 'run `kubectl apply -k triggers` and `npm run deploy`, with the knative deployer'

function requirementsOf(namespace: string, withTriggers: boolean): Requirement[] {
  const listener = {
    resource: DEFINITION,
    key: { name: 'eventlisteners.triggers.tekton.dev' },
    advice: TRIGGERS,
  }
  const deployed = ['validate', 'execute', 'notify'].map(name => ({
    resource: knativeServices,
    key: { namespace, name },
    advice: DEPLOY,
  }))
  const broker = { resource: brokers, key: { namespace, name: 'playbooks' }, advice: DEPLOY }
  return [...(withTriggers ? [listener] : []), broker, ...deployed]
}

/** Settings that are not there; asked first, since nothing can be asked of the cluster without them. */
export function missingSettings(env: NodeJS.ProcessEnv): string[] {
  const settings = {
    KUBECONFIG: 'the kubeconfig of a cluster that may be measured on',
    REGISTRY: 'host:port of a registry that this machine may push to, and the cluster pulls from',
  }
  return Object.entries(settings)
    .filter(([name]) => !env[name])
    .map(([name, meaning]) => `${name} is not set: ${meaning}`)
}

/** Everything that is missing on the cluster, a sentence each; Tekton Triggers only where it is measured against. */
export async function missingObjects(
  kubernetes: Kubernetes,
  namespace: string,
  withTriggers: boolean,
): Promise<string[]> {
  const found = await Promise.all(
    requirementsOf(namespace, withTriggers).map(async each => ({
      ...each,
      isThere: (await kubernetes.get(each.resource, each.key)) !== undefined,
    })),
  )
  return found
    .filter(({ isThere }) => !isThere)
    .map(({ resource, key, advice }) => `There is no ${resource.kind} ${key.name}: ${advice}`)
}
