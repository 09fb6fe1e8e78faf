// `playbook run` in the whole local world: what is sent, what comes of it, and what is asked.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Question } from '../../../cli/shell.ts'
import { placeTarget } from '../../../local/world/place-target.ts'
import { analysis } from '../../kit/remediations.ts'
import { TENANT } from '../../kit/stage.ts'
import { startReadyWorld, type TestWorld } from '../../kit/world.ts'
import { call, makeScratch, type Scratch } from '../kit.ts'

let whole: TestWorld
let scratch: Scratch
let cluster: readonly string[]

beforeAll(async () => {
  scratch = await makeScratch()
  whole = await startReadyWorld()
  const kubeconfig = await scratch.put('kubeconfig', whole.world.api.kubeconfig('ann'))
  cluster = ['--kubeconfig', kubeconfig, '-n', TENANT]
})
afterAll(async () => {
  await whole[Symbol.asyncDispose]()
  await scratch[Symbol.asyncDispose]()
})

/** A Deployment of its own for each test: one target takes one remediation at a time. */
async function deployment(name: string): Promise<string> {
  await placeTarget(whole.world, analysis('scale', name))
  return `shop/Deployment/${name}`
}

const say = (words: readonly string[], more: object = {}) =>
  call(['run', ...words, ...cluster], { now: Date.now(), ...more })

test('it runs to its end, by the way of every analysis', async () => {
  const target = await deployment('well')
  const words = ['scale', '--target', target, '--param', 'REPLICAS=3', '--wait', '--id', 'one', '-o', 'json']
  const said = await say(words)
  expect(said).toMatchObject({ code: 0, err: '' })
  const value = JSON.parse(said.out)
  expect(value).toMatchObject({
    state: 'succeeded',
    playbook: `${TENANT}/scale`,
    version: '1.0.0',
    target: { kind: 'Deployment', name: 'well', namespace: 'shop' },
  })
  const [run] = (await whole.runs()).filter(each => each.metadata.name === value.run.name)
  expect(run?.spec.params).toContainEqual({ name: 'REPLICAS', value: '3' })
  expect(run?.metadata.annotations?.['playbook.kubernaut.io/analysis']).toBe('/playbook-cli/ann one')

  const count = (await whole.runs()).length
  expect((await say(words)).code).toBe(0)
  expect(await whole.runs()).toHaveLength(count)
})

test('without --wait it says how the run stands', async () => {
  const target = await deployment('soon')
  const said = await say(['scale', '--target', target, '--param', 'REPLICAS=3'])
  expect(said).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/rem-\w+ (running|succeeded)/) })
})

test('what the cluster refuses ends with 1 and says why', async () => {
  const gone = await say(['scale', '--target', 'shop/Deployment/gone', '--param', 'REPLICAS=3', '--wait'])
  expect(gone).toMatchObject({ code: 1, out: expect.stringMatching(/rejected: TargetGone: /) })
  const words = ['--target', 'kube-system/Deployment/dns', '--param', 'REPLICAS=3', '-o', 'yaml']
  await placeTarget(whole.world, {
    selected_workflow: { workflow_id: 'scale' },
    remediation_target: { kind: 'Deployment', name: 'dns', namespace: 'kube-system' },
  })
  const forbidden = await say(['scale', ...words])
  expect(forbidden).toMatchObject({ code: 1, out: expect.stringContaining('reason: DeniedByPolicy') })
})

test('wrong parameters are told before anything is sent', async () => {
  const before = (await whole.runs()).length
  const said = await say(['scale', '--param', 'REPLICAS=99'])
  expect(said).toMatchObject({ code: 1, out: expect.stringMatching(/\/REPLICAS +maximum/) })
  expect(await whole.runs()).toHaveLength(before)
})

test('where nobody can be asked, the flags that lack are named', async () => {
  expect(await say(['scale'])).toEqual({
    code: 2,
    out: '',
    err: `error: ${TENANT}/scale needs more:\n  --param REPLICAS=…: a whole number between 0 and 10\n`,
  })
})

test.each([
  [['scale', '--target', 'web'], /--target takes Kind\/name/],
  [['scale', '--timeout', 'soon'], /--timeout takes a duration/],
  [['none'], /There is no Playbook/],
  [['scale', '--release', '9.9.9'], /has no version 9\.9\.9/],
  [['scale', '--param', 'REPLICAS=1', '--system-namespace', 'elsewhere'], /There is no Broker elsewhere/],
])('%j', async (words, message) => {
  expect(await say(words)).toMatchObject({ code: 3, out: '', err: expect.stringMatching(message) })
})

/** Somebody who answers the questions in turn, and keeps them. */
function person(answers: readonly string[]) {
  const asked: Question[] = []
  const left = [...answers]
  const ask = async (question: Question): Promise<string> => {
    asked.push(question)
    return left.shift() ?? ''
  }
  return { asked, ask }
}

test('on a terminal a form asks for what is missing, by the schema', async () => {
  const { asked, ask } = person(['2', 'yes'])
  const said = await say(['scale', '--target', await deployment('asked'), '--wait'], { ask })
  expect(said).toMatchObject({ code: 0, out: expect.stringContaining('succeeded') })
  const [replicas, sure] = asked
  expect(replicas?.text).toBe('REPLICAS (a whole number between 0 and 10)')
  expect(replicas?.fault('99')).toMatch(/REPLICAS must be/)
  expect(replicas?.fault('')).toMatch(/REPLICAS/)
  expect(replicas?.fault('3')).toBeUndefined()
  expect(sure).toMatchObject({
    text: expect.stringContaining('on Deployment shop/asked?'),
    choices: ['yes', 'no'],
  })
})

test('who does not say yes has sent nothing', async () => {
  const { ask } = person(['no'])
  const before = (await whole.runs()).length
  expect(await say(['scale', '--param', 'REPLICAS=1'], { ask })).toEqual({
    code: 1,
    out: '',
    err: 'Nothing was sent.\n',
  })
  expect(await whole.runs()).toHaveLength(before)
})
