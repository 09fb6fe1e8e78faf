// The namespaces of the tests, made before the first and removed after the last. Each that comes or goes has every
// ApiServerSource over all namespaces rolled out again, and what changes meanwhile waits for the sweep.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { kubectl } from './kubectl.ts'
import { awaitSources } from './sources.ts'

/** Says whether it is free. */
const LABEL = 'playbook.kubernaut.io/test-namespace'
const COUNT = 50
/** What goes on by itself, or would be seen by others; the rest goes with its namespace. */
const LIVING = 'playbooks,pipelineruns,deployments,pods,rolebindings'

export interface TestNamespace {
  readonly namespace: string
  readonly remove: () => void
}

function manifest(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { [LABEL]: 'free' } } }
}

/** Makes them, and waits until the sources watch them. */
export function prepareNamespaces(system: string): void {
  const suite = randomBytes(3).toString('hex')
  const items = Array.from({ length: COUNT }, (_, index) => manifest(`test-${suite}-${index}`))
  kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  awaitSources(system)
}

/** Whether it was free until now: files may be side by side. */
function claim(namespace: string, purpose: string): boolean {
  const path = `/metadata/labels/${LABEL.replace('/', '~1')}`
  const patch = [
    { op: 'test', path, value: 'free' },
    { op: 'replace', path, value: purpose },
  ]
  const words = ['patch', 'namespace', namespace, '--type=json', '-p', JSON.stringify(patch)]
  return spawnSync('kubectl', words).status === 0
}

/** Takes one that nobody had. Throws an Error where none is left. */
export function takeNamespace(purpose: string): TestNamespace {
  const free = ['get', 'namespaces', '-l', `${LABEL}=free`, '-o', 'jsonpath={.items[*].metadata.name}']
  const namespace = kubectl(free)
    .split(' ')
    .find(name => name !== '' && claim(name, purpose))
  if (namespace === undefined)
    throw new Error(`The tests use more than the ${COUNT} namespaces of ${import.meta.filename}.`)
  const remove = () => void kubectl(['-n', namespace, 'delete', LIVING, '--all', '--wait=false'])
  return { namespace, remove }
}

/** Removes those of this run and of earlier ones. */
export function removeNamespaces(): void {
  kubectl(['delete', 'namespaces', '-l', LABEL, '--ignore-not-found', '--timeout=300s'])
}
