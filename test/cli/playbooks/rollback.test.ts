// `playbook rollback`: an operator takes a playbook back, in the local world.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { playbooks } from '../../../shared/kubernetes/resources.ts'
import { type Playbook, readyCondition } from '../../../shared/playbook/playbook.ts'
import { pipelineText, playbookOf, pushTo } from '../../kit/playbooks.ts'
import { TENANT } from '../../kit/stage.ts'
import { until } from '../../kit/until.ts'
import { startTestWorld, type TestWorld } from '../../kit/world.ts'
import { call, makeScratch, type Scratch } from '../kit.ts'

let whole: TestWorld
let scratch: Scratch
let cluster: readonly string[]
let name: string
let count = 0

beforeAll(async () => {
  scratch = await makeScratch()
  whole = await startTestWorld()
  await whole.world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: TENANT } })
  const kubeconfig = await scratch.put('kubeconfig', whole.world.api.kubeconfig('ann'))
  cluster = ['--kubeconfig', kubeconfig, '-n', TENANT]
})
afterAll(async () => {
  await whole[Symbol.asyncDispose]()
  await scratch[Symbol.asyncDispose]()
})

async function read(): Promise<Playbook> {
  const found = await whole.world.kubernetes.get<Playbook>(playbooks, { namespace: TENANT, name })
  if (found === undefined) throw new Error(`${name} is gone`)
  return found
}

const bundle = (version: string) => `${whole.world.registry.host}/playbooks/${name}:v${version}`

/** Publishes a version, and waits until it is registered. */
async function publish(version: string): Promise<void> {
  const pack = { documents: [pipelineText({ description: version })] }
  await pushTo(bundle(version), { pack })
  await whole.world.apply(playbookOf(name, { bundle: bundle(version), cooldown: '5m' }))
  await until(`${version} to be Ready`, async () => (await read()).status?.version === version)
}

beforeEach(async () => {
  name = `scale-${++count}`
  await publish('1.0.0')
  await publish('1.1.0')
})

const say = (...words: string[]) => call(['rollback', name, ...words, ...cluster], { now: Date.now() })

test('to the version before: it is registered again, and the rest of the Playbook stays', async () => {
  const { code, out, err } = await say()
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(
    /^ +NOW +THEN\nversion +1\.1\.0 +1\.0\.0\ndigest +sha256:\w+ +sha256:\w+\nspec\.bundle /,
  )
  expect(out).toMatch(/ 1\.0\.0 is registered as sha256:/)
  const { spec, status } = await read()
  expect(spec).toEqual({ bundle: `${bundle('1.0.0')}@${status?.digest}`, cooldown: '5m' })
  expect(status?.history?.map(({ version }) => version)).toEqual(['1.0.0', '1.1.0'])
})

test('and forth, by its version, and by its digest', async () => {
  const digest = (await read()).status?.digest ?? ''
  await say()
  const { out } = await say('--to', '1.1.0', '-o', 'json')
  expect(JSON.parse(out)).toMatchObject({
    ready: true,
    version: '1.1.0',
    from: { version: '1.0.0' },
    to: { version: '1.1.0', digest },
  })
  expect(await say('--to', digest)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/unchanged: it is at 1\.1\.0 already/),
  })
})

test('to what runs, where the last change was refused', async () => {
  const gone = bundle('2.0.0')
  await whole.world.apply(playbookOf(name, { bundle: gone, cooldown: '5m' }))
  await until('it to be refused', async () => readyCondition(await read())?.reason === 'BundleNotFound')
  const { code, out } = await say()
  expect(code).toBe(0)
  expect(out).toMatch(new RegExp(`spec\\.bundle +${gone.replaceAll('.', '\\.')} +\\S+:v1\\.1\\.0@sha256`))
  expect(readyCondition(await read())?.status).toBe('True')
})

test('on a terminal a person is shown what changes, and asked', async () => {
  const asked: string[] = []
  const answering = (answer: string) => (question: { text: string }) => {
    asked.push(question.text)
    return Promise.resolve(answer)
  }
  const words = ['rollback', name, ...cluster]
  const refused = await call(words, { now: Date.now(), ask: answering('no') })
  expect(refused).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/version +1\.1\.0 +1\.0\.0.*Nothing was changed/s),
  })
  expect((await read()).status?.version).toBe('1.1.0')
  expect((await call([...words, '--yes'], { now: Date.now(), ask: answering('no') })).code).toBe(0)
  await say('--to', '1.1.0')
  expect((await call(words, { now: Date.now(), ask: answering('yes') })).code).toBe(0)
  expect(asked).toEqual(Array(2).fill(`Roll ${TENANT}/${name} back to 1.0.0?`))
})

test.each([
  [['--to', '9.9.9'], /was never registered as 9\.9\.9\. Registered: 1\.1\.0, 1\.0\.0/],
  [['--wait', 'long'], /takes a duration/],
])('%j', async (words, message) => {
  expect(await say(...words)).toMatchObject({ code: 3, err: expect.stringMatching(message) })
})
