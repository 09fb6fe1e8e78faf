// What is installed on the cluster, changed for a test and put back.

import { kubectl } from './kubectl.ts'

const CONFIG_EVENTS = ['configmap', 'config-events', '-n', 'tekton-pipelines']
const SOURCE = 'apiserversources.sources.knative.dev'
/** The Deployments that Knative makes for sources. */
const ADAPTERS = 'eventing.knative.dev/source=apiserver-source-controller'

/** Tekton's settings for events that ours replace. A merge patch removes what is null. */
export interface ConfigEvents {
  readonly sink?: string | null
  readonly formats?: string | null
}

/** The settings as they are, so that `configEvents` brings them back. */
export function readConfigEvents(): ConfigEvents {
  const { data = {} } = JSON.parse(kubectl(['get', ...CONFIG_EVENTS, '-o', 'json'])) as {
    data?: Record<string, string>
  }
  return { sink: data.sink ?? null, formats: data.formats ?? null }
}

export function configEvents(data: ConfigEvents): void {
  kubectl(['patch', ...CONFIG_EVENTS, '--type=merge', '-p', JSON.stringify({ data })])
}

/** Applies a kustomization that has the source of runs, and waits until it watches what it now says. */
export function applyRunSource(folder: string, system = 'kubernaut-system'): void {
  kubectl(['apply', '-k', folder])
  const source = ['-n', system, 'get', SOURCE, 'runs', '-o']
  const { metadata } = JSON.parse(kubectl([...source, 'json'])) as { metadata: { generation: number } }
  const observed = `--for=jsonpath={.status.observedGeneration}=${metadata.generation}`
  kubectl(['-n', system, 'wait', observed, SOURCE, 'runs', '--timeout=90s'])
  kubectl(['-n', system, 'rollout', 'status', 'deployment', '-l', ADAPTERS, '--timeout=90s'])
}
