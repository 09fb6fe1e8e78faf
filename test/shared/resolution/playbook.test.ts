// A registered playbook by name: which digest, for whom, and with whose credentials.

import { expect, test } from 'vitest'
import { pushStandIn } from '../../../local/story/stand-in-image.ts'
import { type KubernetesObject, secrets } from '../../../shared/kubernetes/resources.ts'
import { createPlaybookResolver } from '../../../shared/resolution/playbook/resolver.ts'
import type { Resolved } from '../../../shared/resolution/resolver.ts'
import { createSecrets } from '../../../shared/resolution/secrets.ts'
import { create, edit, pipelineText, push, read, registered, tell } from '../../kit/playbooks.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'
import { type Asked, never, question } from './kit.ts'

function resolve(stage: Stage, { namespace = TENANT, ...asked }: Asked): Promise<Resolved> {
  const { kubernetes } = stage
  const resolver = createPlaybookResolver({ kubernetes, fetch: globalThis.fetch, plainHttpRegistries: [] })
  return resolver.resolve(
    question({ namespace, secrets: createSecrets(kubernetes, namespace), ...asked }),
    never,
  )
}

test('each version stays its own digest; without a version it is the current one', async () => {
  await using stage = await startStage()
  const first = await registered(stage, 'scale')
  const pack = { documents: [pipelineText({ description: 'the second' })] }
  await edit(stage, 'scale', { bundle: await push(stage, 'playbooks/scale:v2.0.0', { pack }) })
  await tell(stage, 'scale')
  const second = await read(stage, 'scale')

  const digests = await Promise.all(
    [
      { name: 'scale', version: '1.0.0' },
      { name: 'scale', version: 'v2.0.0' },
      { name: `${TENANT}/scale` },
    ].map(async params => (await resolve(stage, { params })).refSource.digest.sha256),
  )
  const [old, current] = [first, second].map(({ status }) => status?.digest?.replace('sha256:', ''))
  expect(digests).toEqual([old, current, current])
})

test('one that is suspended is not resolved, and an answer that was kept holds no longer', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const params = { name: 'scale' }
  const { holds } = await resolve(stage, { params })
  await edit(stage, 'scale', { suspended: true })
  await expect(resolve(stage, { params })).rejects.toThrow(/suspended by its operator/)
  if (typeof holds !== 'function') throw new Error('it must be asked')
  await expect(holds(question({ namespace: TENANT, params }), never)).rejects.toThrow(/suspended/)
})

test('one that is an image is the Pipeline around it', async () => {
  await using stage = await startStage()
  const image = await pushStandIn({ registry: stage.registry.host, repository: 'tools/scaler' })
  await create(stage, 'scale', { image, version: '1.0.0' })
  await tell(stage, 'scale')
  const { status } = await read(stage, 'scale')

  const resolved = await resolve(stage, { params: { name: 'scale' } })

  expect(JSON.parse(resolved.data)).toMatchObject({ kind: 'Pipeline', spec: status?.pipelineSpec })
  expect(resolved.refSource).toEqual({
    uri: `${stage.registry.host}/tools/scaler`,
    digest: { sha256: status?.digest?.slice(7) },
    entryPoint: 'scale',
  })
})

test('a version that was never registered is refused with those that were', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const asking = resolve(stage, { params: { name: 'scale', version: '9.9.9' } })
  await expect(asking).rejects.toThrow(/has no version 9\.9\.9\. Registered: 1\.0\.0/)
})

const LOGIN = { username: 'robot', password: 'hunter2' }

/** A registry that wants a login, and a Playbook of the tenant's that has it. */
async function privately(): Promise<Stage> {
  const stage = await startStage({ registry: { auth: LOGIN } })
  const config = JSON.stringify({ auths: { [stage.registry.host]: LOGIN } })
  await stage.kubernetes.create<KubernetesObject & { data: object }>(secrets, {
    metadata: { namespace: TENANT, name: 'login' },
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  })
  const bundle = await push(stage, 'playbooks/scale:v1.0.0', { client: { credentials: async () => LOGIN } })
  await create(stage, 'scale', { bundle, imagePullSecrets: [{ name: 'login' }] })
  await tell(stage, 'scale')
  return stage
}

test('its own pull secrets are used in its own namespace, and never for another', async () => {
  await using stage = await privately()
  await stage.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } })
  expect((await resolve(stage, { params: { name: 'scale' } })).data).toContain('"Pipeline"')

  const params = { name: 'scale', namespace: TENANT }
  const settings = { 'allowed-namespaces': TENANT }
  await expect(resolve(stage, { namespace: 'other', params })).rejects.toThrow(/may not be used in other/)
  const failure = await resolve(stage, { namespace: 'other', params, settings }).catch(error => error)
  expect(failure.message).toMatch(/^cannot retrieve the oci image: /)
  expect(failure.message).not.toContain('hunter2')
})
