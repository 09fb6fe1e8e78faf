// `playbook approve` and `playbook deny` by a person, in the whole local world: what they print, and what comes of it.

import { expect, test } from 'vitest'
import { placeTarget } from '../../local/world/place-target.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { emit } from '../../shared/events/emit.ts'
import { ANNOTATION, endingOf, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { analysisEvent, runOf } from '../kit/events.ts'
import { analysis } from '../kit/remediations.ts'
import { TENANT } from '../kit/stage.ts'
import { until } from '../kit/until.ts'
import { startReadyWorld, type TestWorld } from '../kit/world.ts'
import { makeScratch, playbook, type Said } from './kit.ts'

interface Scene {
  readonly whole: TestWorld
  readonly run: string
  readonly say: (...words: string[]) => Promise<Said>
  readonly read: () => Promise<PipelineRun | undefined>
  readonly told: () => Promise<PipelineRun>
}

/** A remediation waits for a person, and Ann has a kubeconfig. */
async function scene(play: (scene: Scene) => Promise<void>, env: Record<string, string> = {}): Promise<void> {
  await using scratch = await makeScratch()
  await using whole = await startReadyWorld({ env })
  const KUBECONFIG = await scratch.put('kubeconfig', whole.world.api.kubeconfig('ann'))
  const event = analysisEvent('asks', analysis('scale', 'web', { approval_required: true }))
  await placeTarget(whole.world, event.data)
  await emit(globalThis.fetch, whole.world.sink, event)
  const read = async () => (await whole.runs())[0]
  const told = () =>
    until('everyone to be told', async () => {
      const found = await read()
      return found?.metadata.labels?.[LABEL.told] === 'yes' && found
    })
  await play({ whole, read, told, run: runOf(event), say: (...words) => playbook(words, { KUBECONFIG }) })
}

test('approve lets a run start, by the beginning of its name; again it says that it is so', () =>
  scene(async ({ whole, run, say, told }) => {
    const said = await say('approve', `${TENANT}/${run.slice(0, 12)}`)
    expect(said).toEqual({
      code: 0,
      out: `${TENANT}/${run} approved: as ann: it starts when its target is free\n`,
      err: '',
    })
    const ended = await told()
    expect(endingOf(ended)?.finish).toBe('succeeded')
    const receipt = JSON.parse(ended.metadata.annotations?.[ANNOTATION.receipt] ?? '{}')
    expect(receipt).toMatchObject({ predicate: { approval: { approvedBy: 'ann' } } })
    expect(whole.receiver.taken.map(({ type }) => type)).toEqual([TYPE.approvalRequested, TYPE.succeeded])

    expect(await say('approve', '-n', TENANT, run)).toMatchObject({
      code: 1,
      out: `${TENANT}/${run} refused: it has ended: succeeded\n`,
    })
    expect(await say('deny', '-n', TENANT, run)).toMatchObject({ code: 1 })
  }))

test('deny cancels a run, and people are told once who and why', () =>
  scene(async ({ whole, run, say, told }) => {
    const said = await say('deny', `${TENANT}/${run}`, '--reason', 'not during the sale', '-o', 'json')
    expect(said.code).toBe(0)
    expect(JSON.parse(said.out)).toEqual([
      { run: { namespace: TENANT, name: run }, result: 'denied', message: 'as ann' },
    ])
    await told()
    await whole.world.idle()
    const message = 'ann denied it: not during the sale'
    expect(whole.receiver.taken).toMatchObject([
      { type: TYPE.approvalRequested },
      {
        type: TYPE.denied,
        data: {
          reason: 'DeniedByPerson',
          message,
          receipt: { predicate: { outcome: { finish: 'denied' } } },
        },
      },
    ])

    expect(await say('deny', `${TENANT}/${run}`)).toMatchObject({
      code: 0,
      out: expect.stringContaining('unchanged: it was denied by ann'),
    })
    expect(await say('approve', `${TENANT}/${run}`)).toMatchObject({
      code: 1,
      out: expect.stringContaining('refused: it was denied by ann'),
    })
  }))

test('after its time an approval does nothing, and says so', () =>
  scene(
    async ({ whole, run, say, told }) => {
      await told()
      await whole.world.idle()
      expect(whole.receiver.taken).toMatchObject([
        {},
        { type: TYPE.denied, data: { reason: 'ApprovalExpired' } },
      ])
      expect(await say('approve', `${TENANT}/${run}`, '-o', 'yaml')).toMatchObject({
        code: 1,
        out: expect.stringContaining('result: refused\n  message: its time was over'),
      })
    },
    { APPROVAL_SECONDS: '0' },
  ))

test('another run than the one that was meant is left alone', () =>
  scene(async ({ run, say, read }) => {
    const said = await say('approve', `${TENANT}/${run}`, '--uid', 'an-earlier-run')
    expect(said).toMatchObject({ code: 1, out: expect.stringContaining('another run now') })
    const unknown = `rem-${'0'.repeat(40)}`
    expect(await say('approve', `${TENANT}/${unknown}`)).toMatchObject({
      code: 1,
      out: expect.stringContaining('no such run'),
    })
    expect(await read()).toMatchObject({ spec: { status: 'PipelineRunPending' } })
  }))
