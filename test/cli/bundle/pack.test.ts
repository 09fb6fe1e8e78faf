// `playbook pack`: one folder, one digest, and a layout that others read.

import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readContent } from '../../../cli/bundle/content.ts'
import { openLayout } from '../../../shared/oci/layout.ts'
import { call, makeScratch, type Scratch } from '../kit.ts'
import { ask, PIPELINE, putPlaybook, SCHEMA } from './folders.ts'

const DIGEST = 'sha256:d754f1f33fbaee8d0f9c5b5d32a0c0e42e0302522d0e7227f53f573c348eb097'

let scratch: Scratch
let folder: string

beforeAll(async () => {
  scratch = await makeScratch()
  folder = await putPlaybook(scratch, 'restart')
})
afterAll(() => scratch[Symbol.asyncDispose]())

test('the digest is this one, on every machine', async () => {
  const { code, value } = await ask(['pack', folder])
  expect({ code, digest: value.digest }).toEqual({ code: 0, digest: DIGEST })
  expect(value).toMatchObject({
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    objects: [{ kind: 'pipeline', name: 'restart', apiVersion: 'v1' }],
    schema: JSON.parse(SCHEMA),
    annotations: {},
    leftOut: ['playbook.yaml'],
  })
})

test('the table says what is in it, what was left out, and ends with the digest', async () => {
  const { out } = await call(['pack', folder])
  expect(out).toMatch(/^KIND +NAME +VERSION +BYTES\npipeline +restart +v1 +\d+\n/)
  expect(out).toContain('Left out, for they hold no Tekton object: playbook.yaml.')
  expect(out.trimEnd().split('\n').at(-1)).toBe(DIGEST)
})

test('OCI media types and annotations are another digest', async () => {
  const { value } = await ask([
    ...['pack', '--annotate', 'team=a=b', '--annotate', 'x=', folder, '--media-types', 'oci'],
  ])
  expect(value.mediaType).toBe('application/vnd.oci.image.manifest.v1+json')
  expect(value.annotations).toEqual({ team: 'a=b', x: '' })
  expect(value.digest).not.toBe(DIGEST)
})

test.each(['folder', 'image.tar'])('as an OCI layout, %s', async name => {
  const to = `${scratch.folder}/out/${name}`
  expect((await call(['pack', folder, '--to', to])).code).toBe(0)
  const layout = await openLayout(to)
  expect(layout.digests).toEqual([DIGEST])
  const content = await readContent(layout, { registry: 'localhost', repository: 'x' })
  expect(content).toMatchObject({ digest: DIGEST, objects: [{ name: 'restart' }], schema: { text: SCHEMA } })
})

test('the tar file is the same, byte for byte', async () => {
  const [one, other] = [`${scratch.folder}/one.tar`, `${scratch.folder}/other.tar`]
  for (const to of [one, other]) await call(['pack', folder, '--to', to])
  expect(await readFile(one)).toEqual(await readFile(other))
})

describe('what cannot be packed is named, with what to do', () => {
  const TASK = 'apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: a}\n'
  test.each<[string, Record<string, string>, string[], RegExp]>([
    ['nothing', {}, [], /holds no Tekton object/],
    ['a typo', { 'pipeline.yaml': PIPELINE.replace('tekton', 'tektn') }, [], /Looked at: pipeline\.yaml/],
    ['no YAML', { 'pipeline.yaml': 'a: [' }, [], /pipeline\.yaml is no YAML/],
    ['two worlds', { 'all.yaml': `${TASK}---\nkind: Secret\napiVersion: v1\n` }, [], /files of their own/],
    ['a list as schema', { 'a.yaml': TASK, 'playbook-schema.json': '[]' }, [], /is not a JSON object/],
    ['no key', { 'a.yaml': TASK }, ['--annotate', 'x'], /takes key=value/],
    ['a second schema', { 'a.yaml': TASK }, ['--annotate', 'io.kubernaut.playbook.schema=x'], /leave out/],
    ['a full folder', { 'a.yaml': TASK }, ['--to', '/'], /is not empty/],
    [
      'too many objects',
      Object.fromEntries(
        Array.from({ length: 21 }, (_, at) => [`${at}.yaml`, TASK.replace(' a', ` a${at}`)]),
      ),
      [],
      /more than the maximum 20/,
    ],
  ])('%s', async (name, files, options, message) => {
    for (const [file, text] of Object.entries(files)) await scratch.put(`${name}/${file}`, text)
    await scratch.put(`${name}/README.md`, '')
    const said = await call(['pack', `${scratch.folder}/${name}`, ...options])
    expect(said).toMatchObject({ code: 3, out: '', err: expect.stringMatching(message) })
  })

  test('a folder that does not exist', async () => {
    expect((await call(['pack', '/nonexistent'])).err).toBe('error: /nonexistent does not exist.\n')
  })
})
