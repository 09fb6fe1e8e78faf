// `playbook rehearse`: recorded analyses in a world of its own, what each would become, and what a change would change.

import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeScratch, playbook, type Said, type Scratch } from './kit.ts'

const ANALYSES = 'examples/analyses'
const PLAYBOOK = 'examples/playbooks/oomkill-scale-down'

let scratch: Scratch
beforeAll(async () => {
  scratch = await makeScratch()
})
afterAll(() => scratch[Symbol.asyncDispose]())

/** With the one playbook that the analyses are about, unless the words name others: each costs a registration. */
function rehearse(...words: string[]): Promise<Said> {
  const playbooks = words.includes('--playbooks') ? [] : ['--playbooks', PLAYBOOK]
  return playbook(['rehearse', ...words, ...playbooks])
}

interface Verdict {
  readonly analysis: string
  readonly verdict: string
  readonly reason?: string
}

async function verdictsOf(...words: string[]): Promise<(Verdict & Record<string, unknown>)[]> {
  const { code, out, err } = await rehearse(...words, '-o', 'json')
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out).verdicts
}

describe('each analysis by itself', () => {
  test('has a verdict, whatever the one before it did to the same target', async () => {
    expect(await verdictsOf(ANALYSES)).toMatchObject([
      {
        analysis: `${ANALYSES}/1-runs.json`,
        verdict: 'allow',
        playbook: 'remediation/oomkill-scale-down',
        version: '1.0.0',
        target: 'production/deployment/my-app',
        parameters: { SCALE_TARGET_REPLICAS: { value: '1' } },
      },
      { analysis: `${ANALYSES}/2-refused.json`, verdict: 'deny', reason: 'InvalidParameters' },
      { analysis: `${ANALYSES}/3-repeats.json`, verdict: 'allow' },
    ])
  })

  test('as a table for people', async () => {
    const { out } = await rehearse(`${ANALYSES}/1-runs.json`)
    expect(out).toMatch(
      /^ANALYSIS +VERDICT +PLAYBOOK +WHY\n\S+1-runs\.json +allow +remediation\/oomkill-scale-down 1\.0\.0 /,
    )
  })

  test('with what is wrong with the parameters, the first of it in the table', async () => {
    const { out } = await rehearse(`${ANALYSES}/2-refused.json`)
    expect(out).toMatch(/ InvalidParameters · "SCALE_TARGET_REPLICA" is not declared by the playbook\./)
  })

  test('at the time at which it was sent, however long ago', async () => {
    const data = JSON.parse(await readFile(`${ANALYSES}/1-runs.json`, 'utf8'))
    const event = {
      specversion: '1.0',
      type: 'io.kubernaut.analysis.completed.v1',
      source: '/s',
      id: '1',
      data,
    }
    const sent = { ...event, datacontenttype: 'application/json', time: '2020-05-01T12:00:00Z' }
    const expired = { ...sent, id: '2', expirytime: '2020-05-01T11:59:00Z' }
    const files = [
      await scratch.put('sent.json', JSON.stringify(sent)),
      await scratch.put('expired.json', JSON.stringify(expired)),
    ]
    expect(await verdictsOf(...files)).toMatchObject([
      { verdict: 'allow' },
      { verdict: 'deny', reason: 'StaleAnalysis' },
    ])
  })
})

describe('under a policy', () => {
  test('of its own file, or in its ConfigMap', async () => {
    const rules =
      'rules:\n  - name: ask-me\n    match: { kinds: Deployment }\n    then: approve\n    reason: I want to know.\n'
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x' },
      data: { 'policy.yaml': rules },
    }
    for (const policy of [
      await scratch.put('rules.yaml', rules),
      await scratch.put('map.json', JSON.stringify(map)),
    ])
      expect(await verdictsOf(`${ANALYSES}/1-runs.json`, '--policy', policy)).toMatchObject([
        { verdict: 'approve', policy: { rule: 'ask-me' } },
      ])
  })

  test('that suspends, it is held', async () => {
    const policy = await scratch.put('suspended.yaml', 'settings: { suspended: true }\n')
    expect(await verdictsOf(`${ANALYSES}/1-runs.json`, '--policy', policy)).toMatchObject([
      { verdict: 'hold' },
    ])
  })

  test('--fail-on makes a verdict the end of a pipeline', async () => {
    expect(await rehearse(ANALYSES, '--fail-on', 'deny')).toMatchObject({ code: 1 })
    expect(await rehearse(`${ANALYSES}/1-runs.json`, '--fail-on', 'deny')).toMatchObject({ code: 0 })
  })
})

describe('against', () => {
  test('a stricter policy: who would be refused, and by which rule', async () => {
    const stricter = await scratch.put(
      'stricter.yaml',
      'rules:\n  - name: nothing\n    match: { playbook: "*" }\n    then: deny\n    reason: Not this week.\n',
    )
    const { code, out } = await rehearse(ANALYSES, '--against', stricter)
    expect(code).toBe(1)
    expect(out).toMatch(/1-runs\.json +allow +deny +verdict, reason.*rule nothing/)
    expect(out).not.toContain('2-refused')
    expect(out).toContain('2 of 3 analyses would change.')
  })

  test('the same: nothing changes', async () => {
    const same = await scratch.put('same.yaml', 'settings: { allowFrom: 0.8 }\n')
    const said = await rehearse(`${ANALYSES}/1-runs.json`, '--against', same)
    expect(said).toEqual({ code: 0, out: '0 of 1 analyses would change.\n', err: '' })
  })

  test('another version of a playbook: whose parameters would not do any more', async () => {
    const folder = join(scratch.folder, 'next')
    await mkdir(folder)
    await cp(PLAYBOOK, join(folder, 'scale'), { recursive: true })
    const file = join(folder, 'scale/playbook-schema.json')
    const schema = JSON.parse(await readFile(file, 'utf8'))
    schema.properties.SCALE_TARGET_REPLICAS.minimum = 2
    await writeFile(file, JSON.stringify(schema))
    const { code, out } = await rehearse(
      `${ANALYSES}/1-runs.json`,
      '--playbooks',
      PLAYBOOK,
      '--against',
      folder,
      '-o',
      'json',
    )
    expect(code).toBe(1)
    expect(JSON.parse(out).changes).toMatchObject([
      { before: { verdict: 'allow' }, after: { verdict: 'deny', reason: 'InvalidParameters' } },
    ])
  })
})

test('against another version that does the same to every analysis says which would run it', async () => {
  const folder = join(scratch.folder, 'newer')
  await cp(PLAYBOOK, folder, { recursive: true })
  for (const name of ['pipeline.yaml', 'playbook.yaml']) {
    const text = await readFile(join(folder, name), 'utf8')
    await writeFile(join(folder, name), text.replaceAll('1.0.0', '1.1.0'))
  }
  const words = [`${ANALYSES}/1-runs.json`, '--playbooks', PLAYBOOK, '--against', folder]

  const { code, out } = await rehearse(...words)
  expect(code).toBe(0)
  expect(out).toBe(
    '0 of 1 analyses would change.\nOf the others, 1 would run another bundle: remediation/oomkill-scale-down 1.0.0 → 1.1.0.\n',
  )
  const { updates } = JSON.parse((await rehearse(...words, '-o', 'json')).out)
  expect(updates).toMatchObject([
    {
      analysis: `${ANALYSES}/1-runs.json`,
      playbook: 'remediation/oomkill-scale-down',
      from: '1.0.0',
      to: '1.1.0',
    },
  ])
})

describe('what cannot be rehearsed is trouble, not a verdict', () => {
  test.each<[string, () => Promise<string[]>, RegExp]>([
    ['no such analysis', async () => ['nowhere.json'], /nowhere\.json does not exist/],
    [
      'a folder without analyses',
      async () => ['triggers'],
      /no \.json file and no test-case\.yaml in triggers/,
    ],
    [
      'no playbooks',
      async () => [ANALYSES, '--playbooks', ANALYSES],
      /no playbook\.yaml in examples\/analyses/,
    ],
    [
      'no such policy',
      async () => [ANALYSES, '--policy', 'nowhere.yaml'],
      /nowhere\.yaml cannot be read: ENOENT/,
    ],
    [
      'a broken policy',
      async () => [
        ANALYSES,
        '--policy',
        await scratch.put('broken.yaml', 'rules:\n  - name: x\n    then: maybe\n'),
      ],
      /broken\.yaml is no policy:\n {2}3:\d+ /,
    ],
    ['nothing to compare with', async () => [ANALYSES, '--against', 'nowhere'], /nowhere does not exist/],
  ])('%s', async (_, words, message) => {
    expect(await rehearse(...(await words()))).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringMatching(message),
    })
  })

  test('a playbook that would not be registered', async () => {
    const folder = join(scratch.folder, 'bad')
    await cp(PLAYBOOK, folder, { recursive: true })
    await writeFile(join(folder, 'playbook-schema.json'), '{"type": 17}')
    const said = await rehearse(`${ANALYSES}/1-runs.json`, '--playbooks', folder)
    expect(said).toMatchObject({
      code: 3,
      err: expect.stringContaining('cannot be registered: InvalidSchema'),
    })
  })
})
