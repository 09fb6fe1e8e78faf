// The README's first five minutes, by a stranger who does what it says: start, edit, send, look, end.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CustomObjectsApi, KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { blocksOf } from './markdown.ts'
import { PATIENCE_MS, type Stranger, sendLikeCurl, startStranger } from './stranger.ts'

vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS })

const EXAMPLE = join('examples', 'analyses', '1-runs.json')
const REPLICAS = /"SCALE_TARGET_REPLICAS": \d+/

let stranger: Stranger

beforeAll(async () => {
  stranger = await startStranger()
  await stranger.seen(/kubectl get playbooks,pipelineruns -A\n/)
})

afterAll(() => stranger.leave())

/** What differs from run to run: times, ports, digests. */
function steady(text: string): string {
  return text
    .replace(/^ +\d+\.\d{3} /gm, '  # ')
    .replace(/127\.0\.0\.1:\d+/g, '#')
    .replace(/sha256:[0-9a-f]+/g, '#')
    .replace(/\d\d:\d\d:\d\d UTC/g, '# UTC')
}

test('it prints what the README shows', () => {
  const [block] = blocksOf('README.md').filter(({ marks }) => marks.includes('printed'))
  const printed = steady(stranger.output()).split('\n')
  const shown = steady(block?.text ?? '')
    .trimEnd()
    .split('\n')
  expect(shown.length).toBeGreaterThan(10)
  expect(shown.filter(line => !printed.some(each => each.startsWith(line)))).toEqual([])
})

test('nothing that it prints is wider than the screen, but for words that cannot be broken', () => {
  const words = /\S{60,}/
  const wide = stranger
    .output()
    .split('\n')
    .filter(line => line.length > 110 && !words.test(line))
  expect(wide).toEqual([])
})

test('the printed curl is a command that curl understands', async ({ skip }) => {
  if (spawnSync('curl', ['--version']).status !== 0) skip('no curl here')
  const before = stranger.output().length
  const { status, stdout } = spawnSync('sh', ['-c', stranger.printedCurl()], {
    cwd: stranger.folder,
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  expect(stdout).toMatch(/^HTTP\/1\.1 202 /)
  await stranger.seen(/remediation\.queued/, before)
})

// In this order: each edit is on top of the one before.
test.each([
  ['other replicas on a target that rests', REPLICAS, '"SCALE_TARGET_REPLICAS": 3', /remediation\.queued/],
  ['a target that is not there', /my-app"/, 'checkout"', /remediation\.rejected[\s\S]*does not\s+exist/],
  ['too many', REPLICAS, '"SCALE_TARGET_REPLICAS": 300', /remediation\.rejected[\s\S]*between 0 and 100/],
])('sent again: %s', async (name, from, to, expected) => {
  const before = stranger.output().length
  await stranger.edit(EXAMPLE, from, to)
  expect(await sendLikeCurl(stranger, name.replaceAll(' ', '-'))).toBe(202)
  await stranger.seen(expected, before)
})

function namesOf(list: { items: { metadata: { name: string } }[] }): string[] {
  return list.items.map(each => each.metadata.name)
}

test('the printed KUBECONFIG shows Playbooks and PipelineRuns', async () => {
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromFile(stranger.kubeconfig())
  const api = kubeConfig.makeApiClient(CustomObjectsApi)
  const [group, version] = ['playbook.kubernaut.io', 'v1alpha1']
  expect(namesOf(await api.listClusterCustomObject({ group, version, plural: 'playbooks' }))).toEqual([
    'oomkill-scale-down',
  ])
  const runs = await api.listClusterCustomObject({
    group: 'tekton.dev',
    version: 'v1',
    plural: 'pipelineruns',
  })
  expect(namesOf(runs).length).toBeGreaterThan(2)
})

test('Ctrl-C ends it, and leaves nothing behind', async () => {
  expect(existsSync(stranger.kubeconfig())).toBe(true)
  expect(await stranger.pressCtrlC()).toEqual({ code: 0, signal: null, errors: '' })
  expect(existsSync(stranger.kubeconfig())).toBe(false)
})
