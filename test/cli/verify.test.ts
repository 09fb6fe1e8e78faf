// `playbook verify`, of a remediation that ran in the local world and was kept: as files, in a registry, on a disk.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { archiveFiles } from '../../shared/bundle/tar.ts'
import { eventToText } from '../../shared/events/text.ts'
import { parseReference } from '../../shared/oci/reference.ts'
import { createRegistry } from '../../shared/oci/registry.ts'
import { ANNOTATION, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { analysisEvent } from '../kit/events.ts'
import { analysis } from '../kit/remediations.ts'
import { until } from '../kit/until.ts'
import { startReadyWorld, type TestWorld } from '../kit/world.ts'
import { makeScratch, playbook, type Scratch } from './kit.ts'

let whole: TestWorld
let scratch: Scratch
let run: PipelineRun
const files: Record<string, string> = {}

/** The bundle of the run as the files of an OCI layout. */
async function layoutOf(reference: string): Promise<[string, Uint8Array][]> {
  const registry = createRegistry()
  const at = parseReference(reference)
  const { bytes, descriptor, manifest } = await registry.manifest(at)
  if (manifest.kind !== 'image') throw new Error('a bundle is one image')
  const blobs = await Promise.all(
    manifest.layers.map(async layer => [layer.digest, await registry.blob(at, layer)] as const),
  )
  const index = { schemaVersion: 2, manifests: [descriptor] }
  return [
    ['oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
    ['index.json', Buffer.from(JSON.stringify(index))],
    ...[[descriptor.digest, bytes] as const, ...blobs].map(([digest, content]): [string, Uint8Array] => [
      `blobs/${digest.replace(':', '/')}`,
      content,
    ]),
  ]
}

beforeAll(async () => {
  whole = await startReadyWorld()
  scratch = await makeScratch()
  await whole.analyse('kept', 'web')
  run = await until('the run to be told', async () => {
    const [found] = await whole.runs()
    return found?.metadata.labels?.[LABEL.told] === 'yes' && found
  })
  const bundle = run.spec.pipelineRef?.params.find(({ name }) => name === 'bundle')?.value ?? ''
  files.bundle = bundle.replace(/@.*/, '')
  files.run = await scratch.put('run.yaml', stringify(run))
  files.receipt = await scratch.put('receipt.json', run.metadata.annotations?.[ANNOTATION.receipt] ?? '')
  files.event = await scratch.put('event.json', eventToText(analysisEvent('kept', analysis('scale', 'web'))))
  files.data = await scratch.put('data.json', JSON.stringify(analysis('scale', 'web'), null, 2))
  files.final = await scratch.put('final.json', JSON.stringify(whole.receiver.taken.at(-1)))
  const layout = await layoutOf(bundle)
  files.tar = await scratch.put(
    'bundle.tar',
    archiveFiles(layout.map(([name, content]) => ({ name, mode: 0o644, content }))),
  )
  files.folder = join(scratch.folder, 'layout')
  await mkdir(join(files.folder, 'blobs/sha256'), { recursive: true })
  for (const [name, content] of layout) await writeFile(join(files.folder, name), content)
})

afterAll(async () => {
  await whole[Symbol.asyncDispose]()
  await scratch[Symbol.asyncDispose]()
})

const file = (name: string): string => files[name] ?? name

describe('what was kept holds', () => {
  test.each([
    ['all, the bundle in its registry', 'run', ['--event', 'event', '--bundle', 'bundle'], 0],
    ['all, the bundle in a folder', 'receipt', ['--event', 'event', '--bundle', 'folder', '--run', 'run'], 0],
    ['all, the bundle in a tar file', 'final', ['--event', 'event', '--bundle', 'tar', '--run', 'run'], 0],
    ['only the data of the event', 'run', ['--event', 'data', '--bundle', 'tar'], 1],
    ['only the receipt', 'receipt', [], 14],
  ])('%s', async (_, receipt, words, unchecked) => {
    const said = await playbook(['verify', file(receipt), ...words.map(file), '-o', 'json'])
    const { holds, claims } = JSON.parse(said.out) as { holds: boolean; claims: { verdict: string }[] }
    expect(claims.filter(({ verdict }) => verdict === 'differs')).toEqual([])
    expect(claims.filter(({ verdict }) => verdict === 'unchecked')).toHaveLength(unchecked)
    expect([said.code, said.err, holds]).toEqual([0, '', true])
  })
})

test('a table says which claim does not hold, and why', async () => {
  const receipt = JSON.parse(run.metadata.annotations?.[ANNOTATION.receipt] ?? '{}')
  receipt.predicate.outcome.finish = 'failed'
  const forged = await scratch.put('forged.json', JSON.stringify(receipt))
  const { code, out } = await playbook(['verify', forged, '--run', file('run')])
  expect(code).toBe(1)
  expect(out).toMatch(/^run: outcome +differs +the receipt says .*"failed".*"succeeded"/m)
  expect(out).toMatch(/The receipt does not hold; \d claims are unchecked\.\n$/)
})

test('a layout whose bytes were changed is refused', async () => {
  const layout = await layoutOf(`${file('bundle')}:v1.0.0`)
  const spoiled = layout.map(([name, content]) => ({
    name,
    mode: 0o644,
    content: name.startsWith('blobs/') ? Buffer.concat([content, Buffer.from(' ')]) : content,
  }))
  const tar = await scratch.put('spoiled.tar', archiveFiles(spoiled))
  const said = await playbook(['verify', file('receipt'), '--bundle', tar])
  expect(said).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringContaining('holds other bytes under sha256:'),
  })
})

test.each([
  ['no receipt', () => scratch.put('none.json', '{"a": 1}'), /holds no receipt: .*_type/],
  [
    'a run without one',
    () => scratch.put('bare.yaml', stringify({ ...run, metadata: { name: 'x' } })),
    /carries no receipt/,
  ],
  ['no document', () => scratch.put('bad.yaml', 'a: [b'), /neither JSON nor YAML/],
])('%s is trouble, not a verdict', async (_, make, words) => {
  expect(await playbook(['verify', await make()])).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringMatching(words),
  })
})

test('what is no layout is said, with how to make one', async () => {
  const plain = await scratch.put(
    'plain.tar',
    archiveFiles([{ name: 'x', mode: 0o644, content: Buffer.from('x') }]),
  )
  const said = await playbook(['verify', file('receipt'), '--bundle', plain])
  expect(said).toMatchObject({ code: 3, err: expect.stringContaining('crane pull --format=oci') })
})
