// `playbook migrate`: a playbook that is an image becomes a bundle, and its runs stay what they were.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { pushStandIn } from '../../../local/story/stand-in-image.ts'
import { pipelineRuns, playbooks } from '../../../shared/kubernetes/resources.ts'
import { type Playbook, type PlaybookSpec, readyCondition } from '../../../shared/playbook/playbook.ts'
import { LABEL, type PipelineRun } from '../../../shared/remediation/marks.ts'
import { runOf } from '../../kit/events.ts'
import { playbookOf, pushTo, SCHEMA } from '../../kit/playbooks.ts'
import { TENANT } from '../../kit/stage.ts'
import { until } from '../../kit/until.ts'
import { startTestWorld, type TestWorld } from '../../kit/world.ts'
import { call, makeScratch, type Scratch } from '../kit.ts'

let whole: TestWorld
let scratch: Scratch
let cluster: readonly string[]
let image: string

beforeAll(async () => {
  scratch = await makeScratch()
  whole = await startTestWorld()
  await whole.world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: TENANT } })
  const kubeconfig = await scratch.put('kubeconfig', whole.world.api.kubeconfig('ann'))
  cluster = ['--kubeconfig', kubeconfig, '-n', TENANT]
  image = await pushStandIn({ registry: whole.world.registry.host, repository: 'tools/scaler' })
})
afterAll(async () => {
  await whole[Symbol.asyncDispose]()
  await scratch[Symbol.asyncDispose]()
})

const say = (...words: string[]) => call([...words, ...cluster], { now: Date.now() })

async function read(name: string): Promise<Playbook> {
  const found = await whole.world.kubernetes.get<Playbook>(playbooks, { namespace: TENANT, name })
  if (found === undefined) throw new Error(`${name} is gone`)
  return found
}

/** Applies a Playbook, and answers it once it is judged. */
async function judged(name: string, spec: PlaybookSpec): Promise<Playbook> {
  await whole.world.apply(playbookOf(name, spec))
  await until(`${name} to be judged`, async () => readyCondition(await read(name)) !== undefined)
  return read(name)
}

type EndedRun = PipelineRun & { readonly status: { readonly pipelineSpec: object } }

/** The run of an analysis once it has ended and was told. */
async function ended(
  id: string,
  target: string,
): Promise<PipelineRun & { status: { pipelineSpec: object } }> {
  await whole.analyse(id, target)
  const name = runOf({ source: '/analysis-service', id })
  return until(`${id} to be told`, async () => {
    const run = await whole.world.kubernetes.get<PipelineRun>(pipelineRuns, { namespace: TENANT, name })
    return run?.metadata.labels?.[LABEL.told] === 'yes' && (run as EndedRun)
  })
}

const MARKS = ['playbook', 'version', 'digest', 'schema-digest', 'given', 'policy', 'cooldown']

/** What a run is made of, whatever its name, its target and where its Pipeline came from. */
function made({ spec, status, metadata }: EndedRun): object {
  const { pipelineRef: _, pipelineSpec: __, ...rest } = spec
  const marks = MARKS.map(mark => metadata.annotations?.[`playbook.kubernaut.io/${mark}`])
  return { rest, tasks: status.pipelineSpec, marks }
}

test('the next run has the same tasks, steps, params and environment, under the same version and digest', async () => {
  const spec = { image, version: '1.0.0', parameters: SCHEMA, timeout: '5m', cooldown: '0s' }
  const before = await judged('scale', spec)
  const inline = await ended('inline', 'web')
  expect(inline.spec).toHaveProperty('pipelineSpec')

  const said = await say('migrate', 'scale')

  const bundle = `${whole.world.registry.host}/tools/scale-playbook:v1.0.0@${before.status?.digest}`
  expect(said).toMatchObject({ code: 0, err: '' })
  expect(said.out).toContain(`${TENANT}/scale 1.0.0 is registered as ${before.status?.digest}.`)
  expect(said.out).toContain(`spec.bundle: ${bundle}`)
  const { spec: after, status } = await read('scale')
  const { image: _, parameters: __, ...kept } = spec
  expect(after).toEqual({ ...kept, bundle })
  expect(status).toMatchObject({ digest: before.status?.digest, schemaDigest: before.status?.schemaDigest })
  const bundled = await ended('bundled', 'web')
  expect(bundled.spec).toHaveProperty('pipelineRef')
  expect(made(bundled)).toEqual(made(inline))
  expect(await say('migrate', 'scale')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/unchanged: it names the bundle/),
  })
})

test('--to names another repository; what is taken there by something else is not overwritten', async () => {
  const { host } = whole.world.registry
  await judged('elsewhere', { image, version: '1.0.0+one' })
  const to = `${host}/playbooks/elsewhere`
  await pushTo(`${to}:v1.0.0_one`)
  expect(await say('migrate', 'elsewhere', '--to', to)).toMatchObject({
    code: 3,
    err: expect.stringMatching(/is sha256:\w+ already\. Name another repository with --to/),
  })
  expect((await read('elsewhere')).spec.image).toBe(image)

  const { code, out } = await say('migrate', 'elsewhere', '--to', `${to}-2`, '-o', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ ready: true, version: '1.0.0+one', changed: true })
  expect((await read('elsewhere')).spec.bundle).toMatch(/elsewhere-2:v1\.0\.0_one@sha256:/)
})

test.each([
  [['none'], /There is no Playbook/],
  [['broken'], /is not registered as it stands: ImageNotFound/],
  [
    ['fine', '--to', 'registry.example.com/a:v1'],
    /takes a repository without tag and digest.* the tag is v1\.0\.0/,
  ],
  [['fine', '--to', 'localhost:1/a'], /Another repository is named with --to/],
  [['fine', '--wait', 'long'], /takes a duration/],
] as const)('migrate %j is told why not', async (words, message) => {
  await judged('broken', { image: image.replace('scaler', 'gone'), version: '1.0.0' })
  await judged('fine', { image, version: '1.0.0' })
  expect(await say('migrate', ...words)).toMatchObject({ code: 3, err: expect.stringMatching(message) })
})
