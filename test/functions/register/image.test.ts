// A Playbook that names a container image: registered as a bundle is, with the Pipeline around it in its status.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pushStandIn } from '../../../local/story/stand-in-image.ts'
import { pushBundle } from '../../../shared/bundle/pack.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { packInline } from '../../../shared/playbook/pack-inline.ts'
import { currentRelease, type PlaybookSpec, readyCondition } from '../../../shared/playbook/playbook.ts'
import { selectPlaybook } from '../../../shared/playbook/select.ts'
import { create, edit, push, read, SCHEMA, tell } from '../../kit/playbooks.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'

let stage: Stage
/** By its digest. */
let image: string

beforeAll(async () => {
  stage = await startStage()
  image = await pushStandIn({ registry: stage.registry.host, repository: 'tools/scaler' })
})
afterAll(() => stage[Symbol.asyncDispose]())

/** Creates the Playbook, and answers it as `register` leaves it. */
async function judged(name: string, spec: PlaybookSpec) {
  await create(stage, name, spec)
  const event = await tell(stage, name)
  return { event, playbook: await read(stage, name) }
}

describe('an image', () => {
  test('becomes Ready: pinned, with its schema, and the Pipeline that its runs carry', async () => {
    const { event, playbook } = await judged('good', { image, version: '1.0.0', parameters: SCHEMA })

    expect(event).toMatchObject({ type: TYPE.playbookRegistered, subject: `${TENANT}/good` })
    const env = ['REPLICAS', 'TARGET_RESOURCE'].map(name => ({ name, value: `$(params.${name})` }))
    expect(playbook.status).toMatchObject({
      version: '1.0.0',
      image,
      pipeline: 'good',
      pipelineSpec: { tasks: [{ name: 'run', taskSpec: { steps: [{ name: 'run', image, env }] } }] },
      schema: SCHEMA,
      schemaCarrier: 'playbook',
      parameters: [{ name: 'REPLICAS', type: 'integer', required: true }],
      findings: [],
    })
    expect(playbook.status).not.toHaveProperty('bundle')
    expect(readyCondition(playbook)).toMatchObject({ status: 'True', reason: 'Registered' })
  })

  test('has the digest of the bundle that it would be, from what the API server keeps', async () => {
    const { playbook } = await judged('packs', { image, version: '1.0.0', parameters: SCHEMA })
    const release = currentRelease(playbook)
    if (release === undefined) throw new Error('it is not registered')
    expect(packInline(release).digest).toBe(release.digest)
  })

  test('of a tag is pinned to what the tag is now', async () => {
    const { reference, digest } = await tagged('tools/tagged', 'stable')
    const { playbook } = await judged('tagged', { image: reference, version: '1.0.0' })
    expect(playbook.status?.image).toBe(`${stage.registry.host}/tools/tagged@${digest}`)
    expect(playbook.status?.schema).toMatchObject({ properties: {}, additionalProperties: false })
  })

  test('takes the older list of parameters', async () => {
    const parameters = [{ name: 'MODE', type: 'string', enum: ['a', 'b'], default: 'a' }]
    const { playbook } = await judged('listed', { image, version: '1.0.0', parameters })
    expect(playbook.status?.parameters).toEqual([{ name: 'MODE', type: 'string', required: false }])
  })

  test('goes back to a version with the schema that was registered', async () => {
    const parameters = [{ name: 'MODE', type: 'string' }]
    const { playbook } = await judged('back', { image, version: '1.0.0', parameters })
    await edit(stage, 'back', { version: '1.1.0', parameters: [] })
    await tell(stage, 'back')
    await edit(stage, 'back', { version: '1.0.0', parameters: playbook.status?.schema })
    await tell(stage, 'back')
    const { status } = await read(stage, 'back')
    expect(status).toMatchObject({ version: '1.0.0', digest: playbook.status?.digest })
    expect(readyCondition(await read(stage, 'back'))?.status).toBe('True')
  })

  test('turned into the bundle of itself keeps version, digest and schema', async () => {
    const { playbook } = await judged('turned', { image, version: '1.0.0', parameters: SCHEMA })
    const release = currentRelease(playbook)
    if (release === undefined) throw new Error('it is not registered')
    const bundle = `${stage.registry.host}/playbooks/turned:v1.0.0`
    await pushBundle(createRegistry(), parseReference(bundle), packInline(release))

    await edit(stage, 'turned', { image: null, parameters: null, bundle })
    await tell(stage, 'turned')

    const { status } = await read(stage, 'turned')
    const { pipelineSpec: _, ...same } = release
    const now = {
      ...same,
      bundle: bundle.replace(/:v1.*/, `@${release.digest}`),
      schemaCarrier: 'annotation',
    }
    expect(status).toMatchObject(now)
    expect(status?.history).toEqual([now])
    expect(status).not.toHaveProperty('pipelineSpec')
    // It is still that image to whoever means it.
    const wish = { playbook: image }
    expect(selectPlaybook(wish, [await read(stage, 'turned')])).toMatchObject({ ok: true, release: now })
  })
})

/** An image under a tag. */
async function tagged(repository: string, tag: string) {
  const at = { registry: stage.registry.host, repository }
  const { digest = '' } = parseReference(await pushStandIn(at))
  const registry = createRegistry()
  const { manifest, bytes } = await registry.manifest({ ...at, ...parseReference(`x@${digest}`), ...at })
  await registry.pushManifest({ ...at, tag }, manifest.mediaType, bytes)
  return { reference: `${at.registry}/${repository}:${tag}`, digest }
}

describe('is refused', () => {
  const absent = `sha256:${'a'.repeat(64)}`
  test.each<[string, string, RegExp, () => PlaybookSpec | Promise<PlaybookSpec>]>([
    [
      'not there',
      'ImageNotFound',
      /check the name/,
      () => ({ image: image.replace(/@.*/, `@${absent}`), version: '1.0.0' }),
    ],
    ['without a version', 'NoVersion', /Set spec\.version/, () => ({ image })],
    ['of a wrong version', 'NoVersion', /no semantic version/, () => ({ image, version: 'one' })],
    [
      'beside a bundle',
      'InvalidReference',
      /one of spec\.bundle and spec\.image/,
      () => ({ image, bundle: image, version: '1.0.0' }),
    ],
    ['neither', 'InvalidReference', /one of spec\.bundle and spec\.image/, () => ({ version: '1.0.0' })],
    ['of a wrong name', 'InvalidReference', /^spec\.image: /, () => ({ image: 'A/B', version: '1.0.0' })],
    [
      'of a wrong schema',
      'InvalidSchema',
      /the schema says 7/,
      () => ({ image, version: '1.0.0', parameters: { type: 7 } }),
    ],
    [
      'with a parameter that no environment has',
      'InvalidSchema',
      /cannot be an environment variable/,
      () => ({
        image,
        version: '1.0.0',
        parameters: { type: 'object', properties: { 'a.b': { type: 'string' } } },
      }),
    ],
    [
      'a bundle',
      'ImageIsBundle',
      /Name it as spec\.bundle/,
      async () => ({ image: await push(stage, 'playbooks/bundled:v1'), version: '1.0.0' }),
    ],
    [
      'with a precondition that is none',
      'InvalidPrecondition',
      /precondition/,
      () => ({ image, version: '1.0.0', preconditions: [{ expression: '1 +' }] }),
    ],
  ])('%s: %s', async (what, reason, message, spec) => {
    const { event, playbook } = await judged(what.replace(/\W/g, '-'), await spec())
    expect(readyCondition(playbook)).toMatchObject({ status: 'False', reason })
    expect(readyCondition(playbook)?.message).toMatch(message)
    expect(event?.type).toBe(TYPE.playbookRejected)
  })

  test('where its parameters changed under a version that is registered', async () => {
    await judged('moved', { image, version: '1.0.0', parameters: SCHEMA })
    await edit(stage, 'moved', { parameters: { required: null } })
    await tell(stage, 'moved')
    expect(readyCondition(await read(stage, 'moved'))).toMatchObject({
      reason: 'VersionMoved',
      message: expect.stringMatching(/its image and parameters make .* Publish a change under a new version/),
    })
  })
})
