// Two tenants and one private bundle: who has the login reads it, who has not learns nothing, not even from the cache.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolve } from '../../../functions/resolve/index.ts'
import { KubernetesError } from '../../../shared/kubernetes/errors.ts'
import {
  type KubernetesObject,
  namespaces,
  resolutionRequests,
  secrets,
  serviceAccounts,
} from '../../../shared/kubernetes/resources.ts'
import type { ParamValue } from '../../../shared/resolution/params.ts'
import { isAnswered, type ResolutionRequest, TYPE_LABEL } from '../../../shared/resolution/request.ts'
import { changed } from '../../kit/events.ts'
import { hooked } from '../../kit/hook.ts'
import { push } from '../../kit/playbooks.ts'
import { type Stage, TENANT } from '../../kit/stage.ts'
import { until } from '../../kit/until.ts'
import { dataOf, failureOf, pipelineIn, type Resolving, startResolving } from './kit.ts'

const LOGIN = { username: 'robot', password: 'hunter2' }
const STRANGER = 'stranger'
let count = 0

let resolving: Resolving
let stage: Stage
let bundle: string

async function login(namespace: string, name: string, password: string): Promise<void> {
  const config = JSON.stringify({ auths: { [stage.registry.host]: { ...LOGIN, password } } })
  const data = { '.dockerconfigjson': Buffer.from(config).toString('base64') }
  await stage.kubernetes.create<KubernetesObject & { data: object }>(secrets, {
    metadata: { namespace, name },
    data,
  })
}

beforeAll(async () => {
  resolving = await startResolving({ registry: { auth: LOGIN } })
  stage = resolving.stage
  await stage.kubernetes.create(namespaces, { metadata: { name: STRANGER } })
  bundle = await push(stage, 'playbooks/private:v1', { client: { credentials: async () => LOGIN } })
  await login(TENANT, 'login', LOGIN.password)
  await stage.kubernetes.create<KubernetesObject & { imagePullSecrets: object[] }>(serviceAccounts, {
    metadata: { namespace: TENANT, name: 'puller' },
    imagePullSecrets: [{ name: 'login' }, { name: 'gone' }],
  })
})
afterAll(() => resolving[Symbol.asyncDispose]())

interface Asked {
  readonly namespace?: string
  readonly params?: Readonly<Record<string, ParamValue>>
  readonly handler?: Resolving['handler']
}

async function answer({
  namespace = TENANT,
  params = {},
  handler = resolving.handler,
}: Asked): Promise<ResolutionRequest> {
  count += 1
  const metadata = { namespace, name: `bundles-${count}`, labels: { [TYPE_LABEL]: 'bundles' } }
  const given = Object.entries({ ...pipelineIn(bundle), ...params }).map(([name, value]) => ({ name, value }))
  const request = await stage.kubernetes.create<ResolutionRequest>(resolutionRequests, {
    apiVersion: 'resolution.tekton.dev/v1beta1',
    kind: 'ResolutionRequest',
    metadata,
    spec: { params: given },
  })
  await handler(changed(request))
  return until('an answer', async () => {
    const now = await stage.kubernetes.get<ResolutionRequest>(resolutionRequests, metadata)
    return now !== undefined && isAnswered(now) && now
  })
}

test.each([
  ['the secret that it names', { secret: 'login' }],
  ['the pull secrets of the service account that it names', { serviceAccount: 'puller' }],
])('a request is answered with %s', async (_, params) => {
  expect(dataOf(await answer({ params }))).toContain('"Pipeline"')
})

test('the same question of another tenant is refused, although the answer is known', async () => {
  await answer({ params: { secret: 'login' } })
  const refused = await answer({ namespace: STRANGER, params: { secret: 'login' } })
  expect(failureOf(refused).message).toMatch(/cannot read the key "\.dockerconfigjson" of the secret "login"/)
  const guessed = await answer({ namespace: STRANGER, params: {} })
  expect(failureOf(guessed).message).toMatch(/cannot retrieve the oci image: /)
})

test('a secret that was taken away ends the answers that were fetched with it', async () => {
  await login(TENANT, 'passing', LOGIN.password)
  const params = { secret: 'passing' }
  expect(dataOf(await answer({ params }))).not.toBe('')
  await stage.kubernetes.remove(secrets, { namespace: TENANT, name: 'passing' })
  expect(failureOf(await answer({ params })).message).toContain('cannot read the key')
})

test('which secrets exist is told to nobody: missing, forbidden and another kind read the same', async () => {
  await stage.kubernetes.create<KubernetesObject & { data: object }>(secrets, {
    metadata: { namespace: TENANT, name: 'opaque' },
    data: { password: 'aHVudGVyMg==' },
  })
  const kubernetes = hooked(stage.kubernetes, (_, { kind }) => {
    if (kind === 'Secret')
      throw new KubernetesError(403, 'Forbidden', 'secrets "hidden" is forbidden: User …')
  })
  const forbidding = resolve.create(stage.replica({ kubernetes }))
  const messages = [
    failureOf(await answer({ params: { secret: 'absent' } })),
    failureOf(await answer({ params: { secret: 'opaque' } })),
    failureOf(await answer({ params: { secret: 'hidden' }, handler: forbidding })),
  ].map(({ message = '' }) =>
    message.replace(/bundles-\d+/, 'request').replace(/absent|opaque|hidden/, 'name'),
  )
  expect(new Set(messages)).toHaveLength(1)
})

test('a wrong password is refused without a word of it', async () => {
  await login(TENANT, 'wrong', 'correct-horse')
  const { message } = failureOf(await answer({ params: { secret: 'wrong' } }))
  expect(message).toContain('cannot retrieve the oci image: ')
  expect(message).not.toContain('correct-horse')
})
