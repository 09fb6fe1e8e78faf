// A registry that asks for a login: who may read a playbook there, and with which words those are turned away who may not.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Digest } from '../../shared/oci/digest.ts'
import { type PlaybookSpec, readyCondition } from '../../shared/playbook/playbook.ts'
import { endingOf, type PipelineRun } from '../../shared/remediation/marks.ts'
import { analysisOf, ledgerOf, readyPlaybook, settledPlaybook, toldRun } from '../journeys/looks.ts'
import { sendAnalysis } from '../journeys/stage.ts'
import { type DockerRegistry, LOGIN, missingDockerRegistry, startDockerRegistry } from './docker-registry.ts'
import { kubectl } from './kubectl.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage, SYSTEM } from './stage.ts'
import { testHost } from './test-host.ts'
import { tknPush } from './tkn.ts'

const missing = missingDockerRegistry()
if (missing !== undefined) throw new Error(`A private registry cannot be tested: ${missing}.`)

const stage = openStage()
const bound = takeNamespace('private')
const unbound = takeNamespace('private-unbound')
const here = { stage, namespace: bound.namespace }
const there = { stage, namespace: unbound.namespace }

let registry: DockerRegistry
let bundle = ''
let digest: Digest

function createSecret(namespace: string, name: string, password: string): void {
  const login = [`--docker-username=${LOGIN.username}`, `--docker-password=${password}`]
  const server = `--docker-server=${registry.host}`
  kubectl(['-n', namespace, 'create', 'secret', 'docker-registry', name, server, ...login])
}

/** As README says. */
function bindPullSecrets(namespace: string): void {
  const role = ['--clusterrole', 'playbook-pull-secrets', '--serviceaccount', `${SYSTEM}:register`]
  kubectl(['-n', namespace, 'create', 'rolebinding', 'playbook-pull-secrets', ...role])
}

async function apply({ namespace }: typeof here, name: string, spec: Partial<PlaybookSpec>): Promise<void> {
  await stage.apply({
    apiVersion: 'playbook.kubernaut.io/v1alpha1',
    kind: 'Playbook',
    metadata: { name, namespace },
    spec: { bundle, cooldown: '0s', ...spec },
  } as never)
}

async function readiness(place: typeof here, name: string, spec: Partial<PlaybookSpec>) {
  await apply(place, name, spec)
  return readyCondition(await settledPlaybook(place, name))
}

beforeAll(async () => {
  registry = await startDockerRegistry({ address: await testHost(), login: true })
  bundle = `${registry.host}/playbooks/scale:v1.0.0`
  const text = { name: 'scale', version: '1.0.0', script: 'echo "$TARGET_RESOURCE_NAME"' }
  digest = tknPush({ reference: bundle, image: stage.image, text, login: LOGIN })
  for (const { namespace } of [bound, unbound]) createSecret(namespace, 'right', LOGIN.password)
  createSecret(bound.namespace, 'wrong', 'guessed')
  bindPullSecrets(bound.namespace)
})

afterAll(async () => {
  bound.remove()
  unbound.remove()
  await registry?.[Symbol.asyncDispose]()
})

describe('a Playbook whose bundle is there', () => {
  test('is not Ready without a pull secret, and says so', async () => {
    const ready = await readiness(here, 'without', {})
    expect(ready).toMatchObject({ status: 'False', reason: 'RegistryUnauthorized' })
    expect(ready?.message).toContain(`give a pull secret for ${registry.host} that may use playbooks/scale`)
    expect(ready?.message).toContain('No pull secret of the Playbook or of its service account is for')
  })

  test('is not Ready with a wrong password, and does not show it', async () => {
    const ready = await readiness(here, 'guessing', { imagePullSecrets: [{ name: 'wrong' }] })
    expect(ready).toMatchObject({ status: 'False', reason: 'RegistryUnauthorized' })
    expect(ready?.message).toContain('It refused the login of the pull secret')
    expect(ready?.message).not.toContain('guessed')
  })

  test('is not Ready with a secret that is not there, and names it', async () => {
    const ready = await readiness(here, 'nowhere', { imagePullSecrets: [{ name: 'nowhere' }] })
    expect(ready).toMatchObject({ status: 'False', reason: 'InvalidPullSecret' })
    expect(ready?.message).toContain(
      `Secret ${bound.namespace}/nowhere in spec.imagePullSecrets does not exist`,
    )
  })

  test('is not Ready where register may not read the secret; once it may, it becomes Ready by itself', async () => {
    const ready = await readiness(there, 'scale', { imagePullSecrets: [{ name: 'right' }] })
    expect(ready).toMatchObject({ status: 'False', reason: 'RegistryUnauthorized' })
    expect(ready?.message).toContain(
      `may not read Secret ${unbound.namespace}/right: bind the ClusterRole playbook-pull-secrets`,
    )
    bindPullSecrets(unbound.namespace)
    expect(await readyPlaybook(there, 'scale')).toMatchObject({ digest })
  })
})

/** What Tekton says that it pulled. */
function pulled(run: PipelineRun): object | undefined {
  const { status } = run as { status?: { provenance?: { refSource?: object } } }
  return status?.provenance?.refSource
}

const REF_SOURCE = () => ({ digest: { sha256: digest.slice('sha256:'.length) } })

describe('an analysis', () => {
  test('runs it with the pull secret that the Playbook names, and is told', async () => {
    await apply(here, 'scale', { imagePullSecrets: [{ name: 'right' }] })
    expect(await readyPlaybook(here, 'scale')).toMatchObject({ digest, version: '1.0.0' })
    const event = analysisOf(here, { id: 'own', playbook: 'scale', target: 'own' })
    await sendAnalysis(stage, event)
    const run = await toldRun(here, event)
    expect(run.spec.pipelineRef?.params).toContainEqual({ name: 'secret', value: 'right' })
    expect(endingOf(run)).toMatchObject({ finish: 'succeeded' })
    expect(pulled(run)).toMatchObject(REF_SOURCE())
    expect(ledgerOf(run)).toMatchObject({ log: { state: 'told' } })
  })

  test('runs it with the pull secret of the service account, and is told', async () => {
    kubectl(['-n', bound.namespace, 'create', 'serviceaccount', 'puller'])
    const patch = JSON.stringify({ imagePullSecrets: [{ name: 'right' }] })
    kubectl(['-n', bound.namespace, 'patch', 'serviceaccount', 'puller', '-p', patch])
    await apply(here, 'scale-by-account', { serviceAccountName: 'puller' })
    expect(await readyPlaybook(here, 'scale-by-account')).toMatchObject({ digest })
    const event = analysisOf(here, { id: 'account', playbook: 'scale-by-account', target: 'account' })
    await sendAnalysis(stage, event)
    const run = await toldRun(here, event)
    expect(endingOf(run)).toMatchObject({ finish: 'succeeded' })
    expect(pulled(run)).toMatchObject(REF_SOURCE())
  })
})
