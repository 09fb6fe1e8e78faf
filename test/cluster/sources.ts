// When the sources of events stand still.

import { kubectl } from './kubectl.ts'

const ADAPTERS = 'eventing.knative.dev/source=apiserver-source-controller'
const PATIENCE_MS = 60_000
const PAUSE_MS = 500

/** Asks again and again until it is so, but not for ever: others may use the cluster, too. */
function wait(isSo: () => boolean): void {
  const end = performance.now() + PATIENCE_MS
  const clock = new Int32Array(new SharedArrayBuffer(4))
  while (!isSo() && performance.now() < end) Atomics.wait(clock, 0, 0, PAUSE_MS)
}

/**
 * An ApiServerSource over all namespaces is rolled out again whenever one comes or goes: its adapter is told their names.
 * What changes meanwhile is lost until the sweep finds it, so a test begins after that.
 */
export function awaitSources(system: string): void {
  const going = ['get', 'namespaces', '--field-selector=status.phase=Terminating', '-o', 'name']
  wait(() => kubectl(going) === '')
  const names = kubectl(['get', 'namespaces', '-o', 'jsonpath={.items[*].metadata.name}']).split(' ')
  const lists = 'jsonpath={range .items[*]}{.status.namespaces}{";"}{end}'
  const watched = ['-n', system, 'get', 'apiserversources.sources.knative.dev', '-o', lists]
  wait(() =>
    kubectl(watched)
      .split(';')
      .slice(0, -1)
      .every(list => (JSON.parse(list) as string[]).toSorted().join(' ') === names.toSorted().join(' ')),
  )
  kubectl(['-n', system, 'rollout', 'status', 'deployment', '-l', ADAPTERS, '--timeout=90s'])
}
