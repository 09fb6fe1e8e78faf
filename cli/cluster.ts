// A cluster as kubectl finds it: KUBECONFIG or the home folder, the current context or another, as the person it names.

import { KubeConfig } from '@kubernetes/client-node'
import { createKubernetes, type Kubernetes } from '../shared/kubernetes/client.ts'
import { type Connection, connect } from '../shared/kubernetes/connection.ts'
import { type KubernetesObject, selfSubjectReviews } from '../shared/kubernetes/resources.ts'
import { type Shell, Trouble } from './shell.ts'

export interface ClusterOptions {
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace?: string
}

export interface Cluster extends AsyncDisposable {
  readonly kubernetes: Kubernetes
  /** For what is no object, such as a pod's log. */
  readonly ask: Connection['ask']
  /** For what goes on, such as a log that is followed. */
  readonly open: Connection['open']
  /** Of whatever is named without one. */
  readonly namespace: string
  /** The person's user name, as the API server knows it. */
  readonly whoAmI: () => Promise<string>
}

interface Review extends KubernetesObject {
  readonly status?: { readonly userInfo?: { readonly username?: string } }
}

function readKubeConfig({ kubeconfig, context }: ClusterOptions): KubeConfig {
  const config = new KubeConfig()
  try {
    if (kubeconfig === undefined) config.loadFromDefault()
    else config.loadFromFile(kubeconfig)
  } catch (error) {
    throw new Trouble(`The kubeconfig could not be read: ${error instanceof Error ? error.message : error}`)
  }
  if (context === undefined) return config
  const names = config.getContexts().map(({ name }) => name)
  if (!names.includes(context))
    throw new Trouble(`The kubeconfig has no context ${context}. It has ${names.join(', ') || 'none'}.`)
  config.setCurrentContext(context)
  return config
}

/** https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/ */
async function whoAmI(kubernetes: Kubernetes): Promise<string> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: { name: '' } }
  const { status } = await kubernetes.create<Review>(selfSubjectReviews, review)
  const name = status?.userInfo?.username
  if (name === undefined || name === '') throw new Trouble('The API server does not say who you are.')
  return name
}

export function openCluster(shell: Shell, options: ClusterOptions): Cluster {
  const config = readKubeConfig(options)
  const server = config.getCurrentCluster()?.server
  // What client-node makes up where it finds nothing; kubectl does too, and then says that nobody answers there.
  if (server === undefined || server === 'http://localhost:8080')
    throw new Trouble('No cluster is configured: set KUBECONFIG, or give --kubeconfig or --context.')
  const connection = connect(config, shell.now)
  const kubernetes = createKubernetes(connection)
  const context = config.getContextObject(config.getCurrentContext())
  return {
    kubernetes,
    ask: connection.ask,
    open: connection.open,
    namespace: options.namespace ?? context?.namespace ?? 'default',
    whoAmI: () => whoAmI(kubernetes),
    [Symbol.asyncDispose]: connection.close,
  }
}
