// Every way in which a bundle can be wrong: Ready=False with a reason and a sentence, and one event.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRepository } from '../../../local/registry/store.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import type { PlaybookRejected } from '../../../shared/events/types.ts'
import { type Playbook, readyCondition } from '../../../shared/playbook/playbook.ts'
import { create, pipelineText, read, SCHEMA, tell } from '../../kit/playbooks.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'
import { type Layer, layer, storeImage } from '../../shared/bundle/images.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

const other = JSON.stringify({ ...SCHEMA, required: [] })
const annotation = { 'io.kubernaut.playbook.schema': JSON.stringify(SCHEMA) }
const good = layer('pipeline', 'scale', pipelineText())

/** Stores an image as it is, however wrong, where a Playbook of this name expects it. */
function store(name: string, layers: readonly Layer[], annotations?: Record<string, string>): void {
  const repository = openRepository(stage.registry.store, `playbooks/${name}`)
  storeImage(repository, layers, { tag: 'v1.0.0', ...(annotations && { annotations }) })
}

const notGiven = { taskSpec: { params: [{ name: 'TARGET' }], steps: [{ name: 'a', image: 'b' }] } }

const BUNDLES: [name: string, reason: string, words: RegExp, make: (name: string) => unknown][] = [
  ['missing', 'BundleNotFound', /check the name, the tag/, () => undefined],
  [
    'corrupt',
    'BundleCorrupt',
    /sent other bytes than blob/,
    name => {
      const wrong = new Uint8Array(good.bytes).fill(0, 20)
      store(name, [
        { ...good, claims: { digest: `sha256:${'a'.repeat(64)}`, size: wrong.length }, bytes: wrong },
      ])
    },
  ],
  [
    'huge',
    'BundleTooLarge',
    /more than 1048576 bytes/,
    name => store(name, [layer('pipeline', 'scale', 'x'.repeat(2_000_000))]),
  ],
  [
    'unannotated',
    'BundleMissingAnnotation',
    /layer 1 does not contain/,
    name => store(name, [good, { ...good, annotations: {} }]),
  ],
  [
    'crowded',
    'BundleTooManyObjects',
    /more than the maximum 20/,
    name => store(name, Array<Layer>(21).fill(good)),
  ],
  [
    'contradictory',
    'BundleSchemaConflict',
    /different schemas/,
    name => store(name, [good, layer('playbookschema', 'schema', other)], annotation),
  ],
  ['no-pipeline', 'BundleNotFound', /kind: pipeline/, name => store(name, [layer('task', 'scale')])],
  [
    'no-json',
    'BundleInvalidSchema',
    /not a JSON object/,
    name => store(name, [good], { 'io.kubernaut.playbook.schema': 'REPLICAS' }),
  ],
  [
    'undeclared',
    'PipelineContradictsSchema',
    /COUNT/,
    name =>
      store(name, [layer('pipeline', 'scale', pipelineText({ params: [{ name: 'COUNT' }] }))], annotation),
  ],
  [
    'valueless',
    'PipelineNotRunnable',
    /taskSpec.params/,
    name =>
      store(
        name,
        [layer('pipeline', 'scale', pipelineText({ tasks: [{ name: 'a', ...notGiven }] }))],
        annotation,
      ),
  ],
]

async function expectRejected(name: string, reason: string, words: RegExp): Promise<Playbook> {
  const event = await tell(stage, name)
  const playbook = await read(stage, name)
  expect(readyCondition(playbook)).toMatchObject({ status: 'False', reason })
  expect(readyCondition(playbook)?.message).toMatch(words)
  expect(event).toMatchObject({ type: TYPE.playbookRejected, subject: `${TENANT}/${name}` })
  expect(event?.data).toMatchObject({
    reason,
    playbook: { namespace: TENANT, name },
  } satisfies Partial<PlaybookRejected>)
  return playbook
}

test.each(BUNDLES)('a bundle that is %s is refused: %s', async (name, reason, words, make) => {
  make(name)
  await create(stage, name, { bundle: `${stage.registry.host}/playbooks/${name}:v1.0.0` })
  await expectRejected(name, reason, words)
})

test.each([
  ['bad-tag', 'InvalidReference', /spec.bundle/, { bundle: 'registry.example.com/a:v1.0.0+x' }],
  ['upper-case', 'InvalidReference', /spec.bundle/, { bundle: 'registry.example.com/Scale:v1' }],
])('a reference that cannot be read is refused: %s', async (name, reason, words, spec) => {
  await create(stage, name, spec)
  await expectRejected(name, reason, words)
})

test('a refusal that only an edit can mend is not looked at again', async () => {
  store('final', Array<Layer>(21).fill(good))
  await create(stage, 'final', { bundle: `${stage.registry.host}/playbooks/final:v1.0.0` })
  await tell(stage, 'final')
  const asked = stage.registry.requests.length

  expect(await tell(stage, 'final')).toBeUndefined()
  expect(stage.registry.requests).toHaveLength(asked)
})

test.each([
  [
    'in a layer',
    'layered',
    'layer',
    (name: string) => store(name, [good, layer('playbookschema', 's', JSON.stringify(SCHEMA))]),
  ],
  ['nowhere', 'derived', 'none', (name: string) => store(name, [good])],
])('a schema %s is taken', async (_, name, carrier, make) => {
  make(name)
  await create(stage, name, { bundle: `${stage.registry.host}/playbooks/${name}:v1.0.0` })
  await tell(stage, name)
  const { status } = await read(stage, name)
  expect(status).toMatchObject({ schemaCarrier: carrier, parameters: [{ name: 'REPLICAS', required: true }] })
})
