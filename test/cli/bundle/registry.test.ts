// `playbook push`, `pull`, `diff` and `copy` over registries.

import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalRegistry, startRegistry } from '../../../local/registry/server.ts'
import { packBundle, pushBundle } from '../../../shared/bundle/pack.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { call, makeScratch, type Scratch } from '../kit.ts'
import { ask, PIPELINE, putPlaybook, SCHEMA } from './folders.ts'

let scratch: Scratch
let folder: string
let local: LocalRegistry
let other: LocalRegistry

beforeAll(async () => {
  scratch = await makeScratch()
  folder = await putPlaybook(scratch, 'restart')
  local = await startRegistry()
  other = await startRegistry()
})
afterAll(async () => {
  await Promise.all([local.close(), other.close(), scratch[Symbol.asyncDispose]()])
})

const at = (name: string): string => `${local.host}/playbooks/${name}`

async function pushed(name: string, from = folder): Promise<string> {
  const { code, value, err } = await ask(['push', from, at(name)])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return value.digest
}

describe('push', () => {
  test('answers the reference, pinned to the digest that pack says', async () => {
    const { value } = await ask(['push', folder, at('first:v1.0.0')])
    const packed = await ask(['pack', folder])
    expect(value.reference).toBe(`${at('first:v1.0.0')}@${packed.value.digest}`)
    expect((await createRegistry().resolve(parseReference(at('first:v1.0.0')))).digest).toBe(
      packed.value.digest,
    )
  })

  test('by a digest that is another, nothing is pushed', async () => {
    const wrong = `${at('wrong')}@sha256:${'0'.repeat(64)}`
    expect(await call(['push', folder, wrong])).toMatchObject({
      code: 3,
      err: expect.stringMatching(/digest is sha256:/),
    })
  })

  test('shows how far it is to a person only, and takes that away again', async () => {
    const { err } = await call(['push', folder, at('watched')], { isTerminal: true })
    expect(err).toContain('pushing [')
    expect(err.endsWith('\r\u001b[K')).toBe(true)
  })

  test('a reference that is none', async () => {
    const said = await call(['push', folder, 'https://registry.example.com/x'])
    expect(said).toMatchObject({ code: 3, err: expect.stringMatching(/has no URL scheme/) })
  })
})

describe('pull', () => {
  test('gives files that pack to the same digest', async () => {
    const digest = await pushed('round')
    const to = `${scratch.folder}/round`
    const { value } = await ask(['pull', at('round'), to])
    expect(value).toMatchObject({ digest, files: ['pipeline.yaml', 'playbook-schema.json'] })
    expect(await readFile(`${to}/playbook-schema.json`, 'utf8')).toBe(SCHEMA)
    expect((await ask(['pack', to])).value.digest).toBe(digest)
  })

  test('writes over nothing unless it is told to', async () => {
    await pushed('again')
    const to = `${scratch.folder}/again`
    expect((await call(['pull', at('again'), to])).code).toBe(0)
    expect(await call(['pull', at('again'), to])).toMatchObject({
      code: 3,
      err: expect.stringMatching(/--force/),
    })
    expect((await call(['pull', at('again'), to, '--force'])).code).toBe(0)
  })

  test('goes nowhere but into the folder, whatever an object is called', async () => {
    const task = { apiVersion: 'tekton.dev/v1', kind: 'Task', metadata: { name: '../../evil' } }
    const packed = packBundle({ documents: [JSON.stringify(task)] })
    await pushBundle(createRegistry(), parseReference(at('evil')), packed)
    const to = `${scratch.folder}/evil`
    expect(await call(['pull', at('evil'), to])).toMatchObject({
      code: 3,
      err: expect.stringMatching(/cannot be a file/),
    })
    expect(await readdir(scratch.folder)).not.toContain('evil')
  })

  test('a number that YAML would not keep stays in JSON', async () => {
    const text = '{"apiVersion": "tekton.dev/v1", "kind": "Task", "metadata": {"name": "big"}}'
    await pushBundle(createRegistry(), parseReference(at('json')), packBundle({ documents: [text] }))
    const { value } = await ask(['pull', at('json'), `${scratch.folder}/json`])
    expect(value.files).toEqual(['task-big.json'])
  })

  test('what is not there', async () => {
    const said = await call(['pull', at('missing'), `${scratch.folder}/missing`])
    expect(said).toMatchObject({ code: 3, err: expect.stringMatching(/cannot retrieve the oci image.*404/) })
  })
})

describe('diff', () => {
  test('of a folder and what was pushed of it: nothing', async () => {
    await pushed('same')
    const said = await call(['diff', at('same'), folder])
    expect(said).toMatchObject({ code: 0, out: 'They are the same, byte for byte.\n' })
  })

  test('of the same files with other media types', async () => {
    await call(['push', folder, at('oci'), '--media-types', 'oci'])
    expect((await call(['diff', at('oci'), folder])).out).toBe(
      'They hold the same, under different digests.\n',
    )
  })

  test('names what changed, and ends with 1', async () => {
    await pushed('before')
    const changed = await putPlaybook(scratch, 'after', PIPELINE.replace('5m', '10m'))
    await scratch.put('after/playbook-schema.json', SCHEMA.replace('63', '20'))
    await scratch.put('after/task.yaml', 'apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: more}\n')
    const { code, out } = await call(['diff', at('before'), changed])
    expect(code).toBe(1)
    expect(out.trimEnd().split('\n')).toEqual([
      'pipeline restart',
      '  ~ spec.tasks[restart].timeout: "5m" → "10m"',
      'task more',
      '  + (whole)',
      'schema',
      '  ~ properties.NAME.maxLength: 63 → 20',
    ])
  })
})

describe('copy', () => {
  test.each(['a mirror', 'the same registry'])('to %s, and the digest stays', async where => {
    const digest = await pushed('original:v1')
    const host = where === 'a mirror' ? other.host : local.host
    const { value } = await ask(['copy', at('original:v1'), `${host}/copies/it:v2`])
    expect(value).toEqual({ reference: `${host}/copies/it:v2@${digest}`, digest })
    expect((await call(['diff', `${host}/copies/it:v2`, folder])).code).toBe(0)
  })

  test('within a registry sends no blob', async () => {
    await pushed('near')
    const before = local.requests.length
    await call(['copy', at('near'), at('nearer')])
    const sent = local.requests
      .slice(before)
      .filter(({ method, path }) => method === 'PUT' && path.includes('uploads'))
    expect(sent).toEqual([])
  })

  test.each(['copied.tar', 'copied'])('to a disk (%s) and back', async name => {
    const digest = await pushed('disk')
    const path = `${scratch.folder}/${name}`
    expect((await ask(['copy', at('disk'), path])).value).toEqual({ path, digest })
    expect((await ask(['copy', path, `${other.host}/back/${name}:v1`])).value.digest).toBe(digest)
  })

  test('signatures are no files', async () => {
    await pushed('signed')
    const said = await call(['copy', at('signed'), './signed.tar', '--signatures'])
    expect(said).toMatchObject({ code: 3, err: expect.stringMatching(/between registries only/) })
  })
})
