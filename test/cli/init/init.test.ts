// `playbook init`: whatever it starts from, what it writes lints without findings, and packs.

import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startRegistry } from '../../../local/registry/server.ts'
import { PIPELINE, putPlaybook } from '../bundle/folders.ts'
import { call, makeScratch, ROOT, type Scratch } from '../kit.ts'

const DIGEST = `sha256:${'b'.repeat(64)}`
const IMAGE = `registry.example.com/scaler:1.4@${DIGEST}`
const WORKFLOWS = join(ROOT, 'test/data/workflows')
const WHOLE = ['README.md', 'pipeline.yaml', 'playbook-schema.json', 'playbook.yaml', 'test-case.yaml']

let scratch: Scratch
beforeAll(async () => {
  scratch = await makeScratch()
})
afterAll(() => scratch[Symbol.asyncDispose]())

let count = 0

/** Writes a playbook; answers its folder. */
async function made(name: string, ...options: string[]): Promise<string> {
  const dir = `${scratch.folder}/made-${count++}`
  const { code, err } = await call(['init', name, '--dir', dir, ...options])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return dir
}

async function expectSound(dir: string): Promise<void> {
  expect((await call(['lint', dir])).out).toMatch(/: 0 errors, 0 warnings, 0 notes\.\n$/)
  expect((await call(['pack', dir])).code).toBe(0)
}

async function readYaml(dir: string, file: string) {
  return parse(await readFile(join(dir, file), 'utf8'))
}

test('from nothing: something that runs, to be changed', async () => {
  const dir = await made('restart')
  expect((await readdir(dir)).sort()).toEqual(WHOLE)
  await expectSound(dir)
})

test('its test case is met, and one that expects something else is not', async () => {
  const dir = await made('rehearsed')
  const own = await readFile(join(dir, 'test-case.yaml'), 'utf8')
  const other = await scratch.put('other.yaml', own.replace('verdict: approve', 'verdict: deny'))
  const said = await call(['rehearse', join(dir, 'test-case.yaml'), other, '--playbooks', dir, '-o', 'json'])
  expect(said.code).toBe(1)
  expect(JSON.parse(said.out).failed).toEqual([{ analysis: other, why: 'expected deny, got approve' }])
})

test('from an image: a step that runs it, with its parameters as environment', async () => {
  const params = [
    'TARGET_NAMESPACE',
    'REPLICAS:integer=1',
    'LEVEL:low|high',
    'FORCE:boolean=false',
    'NOTE=a=b:c',
  ]
  const dir = await made('scale', '--image', IMAGE, ...params.flatMap(param => ['--param', param]))
  await expectSound(dir)
  const { spec } = await readYaml(dir, 'pipeline.yaml')
  const [step] = spec.tasks[0].taskSpec.steps
  expect(step.image).toBe(IMAGE)
  expect(step.env).toContainEqual({ name: 'REPLICAS', value: '$(params.REPLICAS)' })
  expect(spec.params).toContainEqual({ name: 'REPLICAS', type: 'string', default: '1' })
  const schema = JSON.parse(await readFile(join(dir, 'playbook-schema.json'), 'utf8'))
  expect(schema).toMatchObject({
    required: ['TARGET_NAMESPACE', 'LEVEL'],
    properties: {
      TARGET_NAMESPACE: { type: 'string', maxLength: 63 },
      REPLICAS: { type: 'integer', default: 1 },
      LEVEL: { type: 'string', enum: ['low', 'high'] },
      FORCE: { type: 'boolean', default: false },
      NOTE: { type: 'string', default: 'a=b:c' },
    },
  })
  const { analysis } = await readYaml(dir, 'test-case.yaml')
  expect(analysis.strategies[0]).toMatchObject({
    playbook_id: 'scale',
    parameters: { TARGET_NAMESPACE: 'example', LEVEL: 'low' },
  })
})

test('from an image by tag: the digest is asked of its registry', async () => {
  const local = await startRegistry()
  const pushed = await call([
    'push',
    await putPlaybook(scratch, 'image'),
    `${local.host}/tool:1`,
    '-o',
    'json',
  ])
  const { digest } = JSON.parse(pushed.out)
  const dir = await made('wrapped', '--image', `${local.host}/tool:1`)
  await local.close()
  const { spec } = await readYaml(dir, 'pipeline.yaml')
  expect(spec.tasks[0].taskSpec.steps[0].image).toBe(`${local.host}/tool:1@${digest}`)
})

test('from a folder with a Pipeline: under the new name, with a schema from its params', async () => {
  const own = PIPELINE.replace('kubectl:1.34', `kubectl@${DIGEST}`)
  await scratch.put('own/pipeline.yaml', own)
  const dir = await made('renamed', '--from', `${scratch.folder}/own`)
  await expectSound(dir)
  expect((await readYaml(dir, 'pipeline.yaml')).metadata.name).toBe('renamed')
  const schema = JSON.parse(await readFile(join(dir, 'playbook-schema.json'), 'utf8'))
  expect(schema.required).toEqual(['NAME'])
})

test('from a folder with a Task: a Pipeline around it', async () => {
  const params =
    '[{ name: NAME }, { name: LIST, type: array, default: [a] }, { name: MAP, properties: { k: {} } }]'
  const step = `{ image: registry.example.com/tool@${DIGEST}, args: ["$(params.LIST[*])"], env: [{ name: K, value: $(params.MAP.k) }] }`
  await scratch.put(
    'task/task.yaml',
    `apiVersion: tekton.dev/v1\nkind: Task\nmetadata: { name: t }\nspec: { params: ${params}, steps: [${step}] }\n`,
  )
  const dir = await made('around', '--from', `${scratch.folder}/task`)
  await expectSound(dir)
  const { spec } = await readYaml(dir, 'pipeline.yaml')
  expect(spec.tasks[0].params).toEqual([
    { name: 'NAME', value: '$(params.NAME)' },
    { name: 'LIST', value: ['$(params.LIST[*])'] },
    { name: 'MAP', value: '$(params.MAP[*])' },
  ])
})

describe('from Kubernaut’s workflows', () => {
  test.each([
    'cleanup-pvc-v1',
    'cordon-drain-v1',
    'fix-certificate-v1',
    'git-revert-v2',
    'increase-memory-limits-v1',
    'migrate-postgres-emptydir-to-pvc-gitops-v1',
    'remove-taint-v1',
  ])('%s', async name => {
    const runner = `registry.example.com/ansible@${DIGEST}`
    const options = ['--from-workflow', join(WORKFLOWS, `${name}.yaml`), '--ansible-runner', runner]
    const dir = await made(name, ...options, '--repository', 'registry.example.org/mine')
    await expectSound(dir)
    expect((await readYaml(dir, 'playbook.yaml')).spec.bundle).toMatch(/^registry\.example\.org\/mine\//)
  })

  test('one that is a Tekton bundle stays where it is, and there is nothing to pack', async () => {
    const dir = await made('oom', '--from-workflow', join(WORKFLOWS, 'tekton-oom-recovery-v2.0.yaml'))
    expect((await readdir(dir)).filter(name => WHOLE.includes(name))).toEqual([
      'README.md',
      'playbook.yaml',
      'test-case.yaml',
    ])
    expect((await call(['lint', dir])).out).toMatch(/: 0 errors, 0 warnings, 0 notes\.\n$/)
    expect((await readYaml(dir, 'playbook.yaml')).spec.bundle).toMatch(/@sha256:/)
  })
})

describe('what cannot be is said', () => {
  const from = (text: string): string[] => ['--image', IMAGE, '--param', text]
  test.each<[string, string[], RegExp]>([
    ['Restart', [], /lower-case letters/],
    ['x', ['--image', IMAGE, '--from', '.'], /Give one of/],
    ['x', ['--from', '/nonexistent'], /does not exist/],
    ['x', ['--from-workflow', '/nonexistent'], /cannot be read: ENOENT/],
    ['x', ['--from-workflow', join(ROOT, 'package.json')], /one RemediationWorkflow/],
    ['x', ['--from', '.', '--param', 'A'], /bring their own/],
    ['x', from('a b'), /no name that a container can have/],
    ['x', from('A:text'), /the type is string/],
    ['x', from('A:integer=1.5'), /is none of its type/],
    ['x', from('A:low|high=mid'), /is none of its type/],
    ['x', [...from('A'), '--param', 'A'], /given twice/],
    ['x', ['--image', 'localhost:1/none:1'], /digest of localhost:1\/none:1 cannot be found out/],
  ])('%s %j', async (name, options, message) => {
    const dir = `${scratch.folder}/never`
    const said = await call(['init', name, '--dir', dir, ...options])
    expect(said).toMatchObject({ code: 3, out: '', err: expect.stringMatching(message) })
    expect(await readdir(scratch.folder)).not.toContain(basename(dir))
  })

  test('a folder with files in it is left alone', async () => {
    const dir = await made('once')
    expect((await call(['init', 'twice', '--dir', dir])).err).toMatch(/is not empty/)
  })
})
