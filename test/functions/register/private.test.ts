// A private registry: which credentials a Playbook is read with, and what is said when they are missing or wrong.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { secrets, serviceAccounts } from '../../../shared/kubernetes/resources.ts'
import { fromDockerConfig } from '../../../shared/oci/credentials.ts'
import { type PlaybookSpec, readyCondition } from '../../../shared/playbook/playbook.ts'
import { create, push, read, tell } from '../../kit/playbooks.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'

const LOGIN = { username: 'puller', password: 'right' }

let stage: Stage
let bundle = ''
let count = 0
let name = ''

function dockerConfig(password: string): string {
  const auth = Buffer.from(`${LOGIN.username}:${password}`).toString('base64')
  return JSON.stringify({ auths: { [stage.registry.host]: { auth } } })
}

async function createSecret(secret: string, password: string): Promise<void> {
  const data = { '.dockerconfigjson': Buffer.from(dockerConfig(password)).toString('base64') }
  const metadata = { name: secret, namespace: TENANT }
  const type = 'kubernetes.io/dockerconfigjson'
  await stage.kubernetes.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, ...{ type, data } })
}

async function createAccount(account: string, secret: string): Promise<void> {
  const metadata = { name: account, namespace: TENANT }
  const imagePullSecrets = [{ name: secret }]
  const object = { apiVersion: 'v1', kind: 'ServiceAccount', metadata, imagePullSecrets }
  await stage.kubernetes.create(serviceAccounts, object)
}

async function readiness(spec: Partial<PlaybookSpec>) {
  await create(stage, name, { bundle, ...spec })
  await tell(stage, name)
  return readyCondition(await read(stage, name))
}

beforeAll(async () => {
  stage = await startStage({ registry: { auth: { ...LOGIN, scheme: 'bearer' } } })
  const credentials = fromDockerConfig([dockerConfig(LOGIN.password)])
  bundle = await push(stage, 'playbooks/private:v1.0.0', { client: { credentials } })
  await createSecret('right', LOGIN.password)
  await createSecret('wrong', 'guessed')
  await createAccount('puller', 'right')
  await createAccount('careless', 'gone')
})
afterAll(() => stage[Symbol.asyncDispose]())
beforeEach(() => {
  count += 1
  name = `private-${count}`
})

test('its own pull secret opens the registry', async () => {
  expect(await readiness({ imagePullSecrets: [{ name: 'right' }] })).toMatchObject({ status: 'True' })
})

test("its service account's pull secret opens the registry", async () => {
  expect(await readiness({ serviceAccountName: 'puller' })).toMatchObject({ status: 'True' })
})

test('without a secret it is refused, with what to give', async () => {
  const ready = await readiness({})
  expect(ready).toMatchObject({ status: 'False', reason: 'RegistryUnauthorized' })
  expect(ready?.message).toMatch(/give a pull secret/)
  expect(ready?.message).toMatch(/No pull secret of the Playbook or of its service account is for/)
})

test('a wrong password is refused, and not shown', async () => {
  const ready = await readiness({ imagePullSecrets: [{ name: 'wrong' }] })
  expect(ready).toMatchObject({ status: 'False', reason: 'RegistryUnauthorized' })
  expect(ready?.message).toMatch(/refused the login of the pull secret/)
  expect(ready?.message).not.toMatch(/guessed/)
})

test('a secret that it names and that is missing is named', async () => {
  const ready = await readiness({ imagePullSecrets: [{ name: 'nowhere' }] })
  expect(ready).toMatchObject({ status: 'False', reason: 'InvalidPullSecret' })
  expect(ready?.message).toContain(`${TENANT}/nowhere`)
})

test('a secret that only its service account names may be missing, as for the kubelet', async () => {
  expect(await readiness({ serviceAccountName: 'careless' })).toMatchObject({
    reason: 'RegistryUnauthorized',
  })
})

test('once the secret is there, the same event registers it', async () => {
  expect(await readiness({ imagePullSecrets: [{ name: 'later' }] })).toMatchObject({ status: 'False' })
  await createSecret('later', LOGIN.password)

  await tell(stage, name)
  expect(readyCondition(await read(stage, name))).toMatchObject({ status: 'True' })
})

test('a secret that register may not read is named, with the role to bind', async () => {
  stage.api.fail({ status: 403, match: (_, path) => path.includes('/secrets/') })
  const own = await readiness({ imagePullSecrets: [{ name: 'right' }] })
  expect(own).toMatchObject({ status: 'False', reason: 'RegistryUnauthorized' })
  expect(own?.message).toMatch(/may not read Secret remediation\/right.*playbook-pull-secrets/)
  stage.api.fail()
})

test('a bundle that anyone may read needs no right to the secrets of its account', async () => {
  const open = await startStage()
  await open.kubernetes.create(serviceAccounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'puller', namespace: TENANT },
    ...{ imagePullSecrets: [{ name: 'unreadable' }] },
  })
  open.api.fail({ status: 403, match: (_, path) => path.includes('/secrets/') })
  await create(open, 'public', {
    bundle: await push(open, 'playbooks/public:v1.0.0'),
    serviceAccountName: 'puller',
  })
  await tell(open, 'public')
  expect(readyCondition(await read(open, 'public'))).toMatchObject({ status: 'True' })
  await open[Symbol.asyncDispose]()
})
