// What the tests on a real cluster must be told of it, by the environment.

export const SETTINGS = {
  KUBECONFIG: 'the kubeconfig of a cluster that may be tested on',
  REGISTRY:
    'host:port of a registry that this machine may push to, and the cluster pulls from, without a login',
} as const
