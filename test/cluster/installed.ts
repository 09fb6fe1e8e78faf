// What is installed on the cluster, changed for a test and put back.

import { kubectl } from './kubectl.ts'

const CONFIG_EVENTS = ['configmap', 'config-events', '-n', 'tekton-pipelines']
const SOURCES = 'apiserversources.sources.knative.dev'

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

interface Listed {
  readonly items: readonly { readonly kind: string; readonly metadata: { readonly name: string } }[]
}

/** Applies a kustomization, removes the sources that it does not have, and waits until its own are Ready. */
export function applySources(folder: string, system = 'kubernaut-system'): void {
  kubectl(['apply', '-k', folder])
  const dryRun = ['apply', '-k', folder, '--dry-run=client', '-o', 'json']
  const wanted = (JSON.parse(kubectl(dryRun)) as Listed).items.filter(
    ({ kind }) => kind === 'ApiServerSource',
  )
  const names = new Set(wanted.map(({ metadata }) => metadata.name))
  const found = JSON.parse(kubectl(['-n', system, 'get', SOURCES, '-o', 'json'])) as Listed
  for (const { metadata } of found.items)
    if (!names.has(metadata.name)) kubectl(['-n', system, 'delete', SOURCES, metadata.name])
  kubectl(['-n', system, 'wait', '--for=condition=Ready', SOURCES, '--all', '--timeout=90s'])
}
