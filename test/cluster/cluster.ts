// A real cluster as the tests see it: its API, its registry, this machine's address, and a namespace of their own.

import { KubeConfig } from '@kubernetes/client-node'
import { createKubernetes, type Kubernetes } from '../../shared/kubernetes/client.ts'
import { connect } from '../../shared/kubernetes/connection.ts'
import { takeNamespace } from './namespaces.ts'
import { SETTINGS } from './settings.ts'

export interface Cluster extends AsyncDisposable {
  readonly kubernetes: Kubernetes
  /** A namespace that nobody else has. */
  readonly namespace: string
}

/** A setting from the environment; throws a sentence that says what it is where it is missing. */
export function setting(name: keyof typeof SETTINGS): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`Set ${name}: ${SETTINGS[name]}.`)
  return value
}

/** An image with a shell for the steps of tasks: TEST_IMAGE, or else busybox from the registry. */
export function testImage(): string {
  return process.env.TEST_IMAGE ?? `${setting('REGISTRY')}/busybox:1`
}

/** An image with a shell and kubectl: KUBECTL_IMAGE, or else that of the registry. */
export function kubectlImage(): string {
  return process.env.KUBECTL_IMAGE ?? `${setting('REGISTRY')}/kubectl:1`
}

/** What the functions are packed on: BASE_IMAGE, or else Node from the registry. */
export function baseImage(): string {
  return process.env.BASE_IMAGE ?? `${setting('REGISTRY')}/node:24`
}

/** KUBECONFIG must be said, so that nobody tests on the cluster that kubectl happens to point at. */
export function loadKubeConfig(): KubeConfig {
  setting('KUBECONFIG')
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromDefault()
  return kubeConfig
}

/** Connects, and takes a namespace. */
export async function openCluster(purpose: string): Promise<Cluster> {
  const connection = connect(loadKubeConfig(), Date.now)
  const kubernetes = createKubernetes(connection)
  const { namespace, remove } = takeNamespace(purpose)
  return {
    kubernetes,
    namespace,
    async [Symbol.asyncDispose]() {
      remove()
      await connection.close()
    },
  }
}
