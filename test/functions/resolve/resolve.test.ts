// A ResolutionRequest comes: what is written into it, and what is left alone.

import { describe, expect, test } from 'vitest'
import { resolve } from '../../../functions/resolve/index.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import {
  configMaps,
  events,
  type KubernetesObject,
  resolutionRequests,
} from '../../../shared/kubernetes/resources.ts'
import { changed } from '../../kit/events.ts'
import { hooked } from '../../kit/hook.ts'
import { pipelineText, push } from '../../kit/playbooks.ts'
import { TENANT } from '../../kit/stage.ts'
import { answered, ask, dataOf, failureOf, look, pipelineIn, startResolving, tell } from './kit.ts'

test('what was asked for is in the status, with where it came from, and no condition', async () => {
  await using resolving = await startResolving()
  const { stage } = resolving
  const bundle = await push(stage, 'playbooks/scale:v1')

  const request = await answered(resolving, { params: pipelineIn(bundle) })

  expect(JSON.parse(dataOf(request))).toEqual(JSON.parse(pipelineText()))
  const refSource = {
    uri: `${stage.registry.host}/playbooks/scale`,
    digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    entryPoint: 'scale',
  }
  expect(request.status).toMatchObject({ refSource, source: refSource })
  expect(request.status?.annotations).toMatchObject({
    'resolution.tekton.dev/dev.tekton.image.kind': 'pipeline',
    'resolution.tekton.dev/dev.tekton.image.name': 'scale',
    'resolution.tekton.dev/dev.tekton.image.apiVersion': 'v1',
    'resolution.tekton.dev/cache-operation': 'store',
  })
  expect(request.status?.conditions).toBeUndefined()
})

test('the conditions that Tekton wrote stay as they are', async () => {
  await using resolving = await startResolving()
  const { stage } = resolving
  const bundle = await push(stage, 'playbooks/scale:v1')
  const request = await ask(stage, { params: pipelineIn(bundle) })
  const conditions = [
    {
      type: 'Succeeded',
      status: 'Unknown',
      reason: 'ResolutionInProgress',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ]
  const status = { conditions, data: '', observedGeneration: 1 }
  await stage.kubernetes.patch(resolutionRequests, request.metadata, { status }, { subresource: 'status' })

  await tell(resolving, request)

  expect((await look(stage, request)).status).toMatchObject({
    conditions,
    data: expect.stringMatching(/^ey/),
  })
})

describe('a request that cannot be answered', () => {
  test('is marked failed in the words of Tekton, with every field that its CRD demands, and told about', async () => {
    await using resolving = await startResolving()
    const { stage } = resolving
    const bundle = await push(stage, 'playbooks/scale:v1')

    const request = await answered(resolving, { params: pipelineIn(bundle, 'absent') })

    const { name } = request.metadata
    const message = `error getting "bundleresolver" "${TENANT}/${name}": could not find object in image with kind: pipeline and name: absent`
    expect(failureOf(request)).toMatchObject({ reason: 'ResolutionFailed', message })
    expect(request.status).toMatchObject({ data: '', refSource: null, source: null })
    const { items } = await stage.kubernetes.list<KubernetesObject>(events, { namespace: TENANT })
    expect(items).toMatchObject([
      {
        type: 'Warning',
        reason: 'ResolutionFailed',
        message,
        involvedObject: { kind: 'ResolutionRequest', name },
      },
    ])
  })

  test.each([
    ['no bundle', {}, 'parameter "bundle" required'],
    ['no name', { bundle: 'registry.example/a' }, 'parameter "name" required'],
    [
      'a list for a text',
      { bundle: ['a'], name: 'b' },
      'parameter "bundle" must be a string, but it is an array',
    ],
    ['a reference that is none', { bundle: 'UPPER', name: 'b' }, 'invalid bundle reference: '],
    [
      'a machine’s metadata',
      { bundle: '169.254.169.254/a', name: 'b' },
      'invalid bundle reference: The registry must not be',
    ],
    ['another word for the cache', { bundle: 'a', name: 'b', cache: 'often' }, 'invalid cache mode "often"'],
  ])('says of %s that the request is wrong, without asking anyone', async (_, params, message) => {
    await using resolving = await startResolving()
    const request = await answered(resolving, { params })
    const prefix = `invalid resource request "${TENANT}/${request.metadata.name}": `
    expect(failureOf(request).message).toContain(prefix + message)
  })

  test('fails where the operator has switched its resolver off', async () => {
    await using resolving = await startResolving()
    await resolving.stage.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'tekton-pipelines-resolvers' },
    })
    const flags = { metadata: { namespace: 'tekton-pipelines-resolvers', name: 'resolvers-feature-flags' } }
    await resolving.stage.kubernetes.create<KubernetesObject & { data: object }>(configMaps, {
      ...flags,
      data: { 'enable-bundles-resolver': 'false' },
    })
    expect(failureOf(await answered(resolving, { params: pipelineIn('a') })).message).toContain(
      'cannot handle resolution request, enable-bundles-resolver feature flag not true',
    )
  })
})

describe('a request is left alone', () => {
  const writes = (resolving: { stage: { requests: readonly { method: string }[] } }): number =>
    resolving.stage.requests.filter(({ method }) => method !== 'GET').length

  test.each([
    ['of a type that is not ours', { type: 'git' }],
    ['without a resolver’s name', { type: '' }],
  ])('%s', async (_, asking) => {
    await using resolving = await startResolving()
    const request = await ask(resolving.stage, { ...asking, name: 'other' })
    const before = writes(resolving)
    await tell(resolving, request)
    expect(writes(resolving)).toBe(before)
    expect((await look(resolving.stage, request)).status).toBeUndefined()
  })

  test.each([
    ['that has its data', { data: 'YQ==' }],
    ['that failed', { data: '', conditions: [{ type: 'Succeeded', status: 'False' }] }],
  ])('%s', async (_, status) => {
    await using resolving = await startResolving()
    const { stage } = resolving
    const request = await ask(stage, { params: pipelineIn(await push(stage, 'playbooks/scale:v1')) })
    await stage.kubernetes.patch(resolutionRequests, request.metadata, { status }, { subresource: 'status' })
    await tell(resolving, request)
    expect((await look(stage, request)).status).toEqual(status)
  })

  test('that Tekton has given up by now', async () => {
    await using resolving = await startResolving()
    const { stage } = resolving
    const request = await ask(stage, { params: pipelineIn(await push(stage, 'playbooks/scale:v1')) })
    stage.clock.advance(61_000)
    await tell(resolving, request)
    expect((await look(stage, request)).status).toBeUndefined()
  })

  test('that is gone, whatever the event says', async () => {
    await using resolving = await startResolving()
    const request = await ask(resolving.stage, { params: pipelineIn('a') })
    await resolving.stage.kubernetes.remove(resolutionRequests, request.metadata)
    const before = writes(resolving)
    await tell(resolving, request)
    expect(writes(resolving)).toBe(before)
  })
})

test('an event is believed in nothing but the name', async () => {
  await using resolving = await startResolving()
  const { stage, handler } = resolving
  const bundle = await push(stage, 'playbooks/scale:v1')
  const request = await ask(stage, { params: pipelineIn(bundle) })
  const forged = {
    ...request,
    metadata: { ...request.metadata, labels: { 'resolution.tekton.dev/type': 'cluster' } },
    spec: { params: [{ name: 'bundle', value: 'evil.example/a' }] },
    status: { data: 'Zm9yZ2Vk' },
  }
  await handler(changed(forged, TYPE.objectDeleted))
  await stage.services.background.idle()
  expect((await look(stage, request)).status?.refSource?.uri).toBe(`${stage.registry.host}/playbooks/scale`)
})

test('the same event many times, at two replicas, is one answer', async () => {
  await using resolving = await startResolving()
  const { stage } = resolving
  const request = await ask(stage, { params: pipelineIn(await push(stage, 'playbooks/scale:v1')) })
  const replicas = [resolving.handler, resolve.create(stage.replica())]
  for (const handler of [...replicas, ...replicas]) await handler(changed(request))
  await stage.services.background.idle()
  await tell(resolving, request)
  expect(dataOf(await look(stage, request))).toContain('"Pipeline"')
})

test('a request that is made again under its name while it was fetched is answered by its own event', async () => {
  await using resolving = await startResolving()
  const { stage } = resolving
  const params = pipelineIn(await push(stage, 'playbooks/scale:v1'))
  const request = await ask(stage, { params, name: 'again' })
  let made = false
  const kubernetes = hooked(stage.kubernetes, async (verb, { kind }) => {
    if (made || verb !== 'patch' || kind !== 'ResolutionRequest') return
    made = true
    await stage.kubernetes.remove(resolutionRequests, request.metadata)
    await ask(stage, { params, name: 'again' })
  })
  const services = stage.replica({ kubernetes })
  await resolve.create(services)(changed(request))
  await services.background.idle()
  expect((await look(stage, request)).status).toBeUndefined()

  await tell(resolving, request)
  expect(dataOf(await look(stage, request))).toContain('"Pipeline"')
})

test('what breaks inside is a failure without its details, which are in the log', async () => {
  await using resolving = await startResolving()
  const { stage } = resolving
  const fetch: typeof globalThis.fetch = () => {
    throw new ReferenceError('token hunter2 is not defined')
  }
  const request = await ask(stage, { type: 'playbook', params: { name: 'scale' } })
  const kubernetes = hooked(stage.kubernetes, (verb, { kind }) => {
    if (verb === 'get' && kind === 'Playbook') throw new ReferenceError('token hunter2 is not defined')
  })
  const services = stage.replica({ kubernetes, fetch })
  await resolve.create(services)(changed(request))
  await services.background.idle()
  const { message } = failureOf(await look(stage, request))
  expect(message).toMatch(/the resolver broke: ask its operator, whose log says where$/)
  expect(message).not.toContain('hunter2')
})
