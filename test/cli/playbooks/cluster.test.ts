// Playbooks and runs of a cluster, from the command line: the local world has a kubeconfig for Ann.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { placeTarget } from '../../../local/world/place-target.ts'
import { emit } from '../../../shared/events/emit.ts'
import { endingOf, LABEL } from '../../../shared/remediation/marks.ts'
import { analysisEvent } from '../../kit/events.ts'
import { analysis } from '../../kit/remediations.ts'
import { TENANT } from '../../kit/stage.ts'
import { until } from '../../kit/until.ts'
import { startReadyWorld, type TestWorld } from '../../kit/world.ts'
import { putPlaybook } from '../bundle/folders.ts'
import { call, makeScratch, type Scratch } from '../kit.ts'

let whole: TestWorld
let scratch: Scratch
let cluster: readonly string[]

beforeAll(async () => {
  scratch = await makeScratch()
  whole = await startReadyWorld()
  const kubeconfig = await scratch.put('kubeconfig', whole.world.api.kubeconfig('ann'))
  cluster = ['--kubeconfig', kubeconfig, '-n', TENANT]
  const event = analysisEvent('asks', analysis('scale', 'web', { approval_required: true }))
  await placeTarget(whole.world, event.data)
  await emit(globalThis.fetch, whole.world.sink, event)
  await until(
    'a run to wait',
    async () => (await whole.runs())[0]?.metadata.labels?.[LABEL.waiting] === 'approval',
  )
})
afterAll(async () => {
  await whole[Symbol.asyncDispose]()
  await scratch[Symbol.asyncDispose]()
})

const say = (...words: string[]) => call([...words, ...cluster], { now: Date.now() })

async function ask(...words: string[]) {
  const { code, out, err } = await say(...words, '-o', 'json')
  expect(err).toBe('')
  return { code, value: JSON.parse(out) }
}

test('list says which there are, and whether they are ready', async () => {
  expect((await say('list')).out).toMatch(new RegExp(`${TENANT} +scale +1\\.0\\.0 +True +\\d+s`))
  const { value } = await ask('list', '-A')
  expect(value.playbooks).toMatchObject([
    { namespace: TENANT, name: 'scale', version: '1.0.0', ready: 'True' },
  ])
  expect((await call(['list', ...cluster.slice(0, 2), '-n', 'nowhere'])).out).toMatch(
    /There is no Playbook in/,
  )
})

test('show tells a playbook’s parameters and versions', async () => {
  const { out } = await say('show', 'scale')
  expect(out).toMatch(/Ready: +True/)
  expect(out).toMatch(/PARAMETER +TYPE +REQUIRED/)
  expect(out).toMatch(/1\.0\.0 +sha256:/)
  expect((await ask('show', `${TENANT}/scale`)).value).toMatchObject({
    kind: 'Playbook',
    metadata: { name: 'scale' },
  })
  expect(await say('show', 'none')).toMatchObject({
    code: 3,
    err: expect.stringMatching(/no Playbook .*\/none/),
  })
})

describe('validate', () => {
  test('says what a playbook would take, or every fault', async () => {
    const refused = await ask('validate', 'scale', '--param', 'NONSENSE=1')
    expect(refused).toMatchObject({ code: 1, value: { ok: false } })
    expect(refused.value.faults.length).toBeGreaterThan(1)
    expect((await say('validate', 'scale', '--release', '9.9.9')).err).toMatch(/has no version 9\.9\.9/)
  })

  test('of a folder needs no cluster', async () => {
    const folder = await putPlaybook(scratch, 'local')
    const taken = await call(['validate', folder, '--param', 'NAME=web'])
    expect(taken).toMatchObject({ code: 0, out: expect.stringMatching(/NAME +web/) })
    const file = await scratch.put('values.yaml', `NAME: ${'x'.repeat(64)}\n`)
    const refused = await call(['validate', folder, '--parameters', file])
    expect(refused).toMatchObject({ code: 1, out: expect.stringMatching(/\/NAME +maxLength/) })
    expect((await call(['validate', folder, '--param', 'x'])).err).toMatch(/takes NAME=VALUE/)
  })
})

test('validate of the folder of an image needs its registration only', async () => {
  await scratch.put(
    'image/playbook.yaml',
    'kind: Playbook\nspec: { image: "x:1", version: 1.0.0, parameters: { properties: { NAME: { type: string } } } }\n',
  )
  const folder = `${scratch.folder}/image`
  expect(await call(['validate', folder, '--param', 'NAME=web'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/NAME +web/),
  })
  expect((await call(['validate', folder, '--param', 'OTHER=web'])).code).toBe(1)
})

describe('register', () => {
  test('applies a registration, and says what the cluster makes of it', async () => {
    const folder = await putPlaybook(scratch, 'fresh')
    await scratch.put(
      'fresh/playbook.yaml',
      'apiVersion: playbook.kubernaut.io/v1alpha1\nkind: Playbook\nmetadata: { name: fresh }\nspec: { bundle: "registry.example.com/x:v1.0.0" }\n',
    )
    const bundle = `${whole.world.registry.host}/playbooks/fresh:v1.0.0`
    expect((await call(['push', folder, bundle])).code).toBe(0)
    const { code, value } = await ask('register', folder, '--bundle', bundle, '--wait', '5s')
    expect({ code, ready: value.ready, version: value.version }).toEqual({
      code: 0,
      ready: true,
      version: '1.0.0',
    })

    const gone = `${whole.world.registry.host}/playbooks/none:v1.0.0`
    const refused = await ask('register', folder, '--bundle', gone, '--wait', '5s')
    expect(refused).toMatchObject({ code: 1, value: { ready: false, reason: expect.any(String) } })
  })

  test.each([
    [['/nonexistent'], /does not exist/],
    [['package.json'], /must hold one Playbook/],
    [['.', '--wait', 'long'], /takes a duration/],
  ])('%j', async (words, message) => {
    expect(await say('register', ...words)).toMatchObject({ code: 3, err: expect.stringMatching(message) })
  })
})

test('runs are listed, and cancelled by the beginning of a name', async () => {
  const { value } = await ask('runs', '--state', 'approval')
  expect(value.runs).toMatchObject([
    { namespace: TENANT, state: 'approval', playbook: 'scale', version: '1.0.0' },
  ])
  const name: string = value.runs[0].name
  expect((await say('runs', '--playbook', 'other')).out).toBe('There is no such run.\n')
  expect((await say('runs')).out).toContain(`${TENANT}/${name.slice(0, 16)}`)

  const said = await say('cancel', name.slice(0, 12))
  expect(said).toMatchObject({ code: 0, out: `${TENANT}/${name} cancelled: Tekton ends it\n` })
  await until('it to end', async () => {
    const [run] = (await whole.runs()).filter(each => each.metadata.name === name)
    return run !== undefined && endingOf(run)?.finish === 'cancelled'
  })
  expect((await say('cancel', name)).out).toMatch(/unchanged: it was cancelled already/)
  expect(await say('cancel', 'rem-none')).toMatchObject({
    code: 3,
    err: expect.stringMatching(/There is no run/),
  })
})
