// What a request reads when a secret cannot be read: what to do, and nothing about which there are.

import { expect, test } from 'vitest'
import type { Kubernetes } from '../../../shared/kubernetes/client.ts'
import { KubernetesError } from '../../../shared/kubernetes/errors.ts'
import { createSecrets } from '../../../shared/resolution/secrets.ts'

const forbidding = {
  get: async () => {
    throw new KubernetesError(403, 'Forbidden', 'secrets "hidden" is forbidden: User …')
  },
} as unknown as Kubernetes
const empty = { get: async () => undefined } as unknown as Kubernetes

test.each([
  ['forbidden', forbidding],
  ['missing', empty],
])('one of the request’s own that is %s is to be made in its namespace', async (_, kubernetes) => {
  await expect(createSecrets(kubernetes, 'team-a').read({ name: 'mine', key: 'token' })).rejects.toThrow(
    'cannot read the key "token" of the secret "mine": create it in the request\'s namespace, and let the resolver\'s service account get it',
  )
})

test.each([
  ['forbidden', forbidding],
  ['missing', empty],
])('one of the operator’s that is %s is the operator’s to make, where they said', async (_, kubernetes) => {
  const operators = { namespace: 'resolvers', name: 'forge', key: 'token' }
  await expect(createSecrets(kubernetes, 'team-a').read(operators)).rejects.toThrow(
    'cannot read the key "token" of the secret "forge" that the resolver\'s ConfigMap names: ask an operator to create it in the namespace resolvers, and to let the resolver\'s service account get it',
  )
})
