// The commands of the documents: each block says whether it is run here, and those that are do what they promise.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { readObjects } from '../../local/world/manifests.ts'
import { SCHEMA_ANNOTATION } from '../../shared/bundle/schema.ts'
import { blocksOf, markdownFiles, readText } from './markdown.ts'
import { makeScratch } from './scratch.ts'

/**
 * Who runs a block: `run` this file, `world` world.test.ts, `interactive` interactive.test.ts, `ci` the CI itself, `cluster`
 * the tests of test/cluster, which remove everything in the end as `uninstall` says.
 */
const MARKS = ['run', 'world', 'cluster', 'uninstall', 'interactive', 'ci']

const shell = markdownFiles()
  .flatMap(blocksOf)
  .filter(block => ['sh', 'bash', 'shell', 'console'].includes(block.language))

test('every shell block says whether it is run', () => {
  const unmarked = shell.filter(
    ({ language, marks }) => language !== 'sh' || marks.length !== 1 || !MARKS.includes(marks[0] ?? ''),
  )
  expect(unmarked).toEqual([])
})

const commands = shell
  .filter(({ marks }) => marks.includes('run'))
  .flatMap(({ file, text }) =>
    text
      .trimEnd()
      .replaceAll('\\\n', '')
      .split('\n')
      .map(line => [file, line]),
  )

test('some commands are run', () => expect(commands.length).toBeGreaterThan(4))

test.each(commands)('%s: %s', { timeout: 60_000 }, async (_, command) => {
  await using scratch = await makeScratch()
  const options = { cwd: scratch.folder, env: { ...process.env, COLUMNS: '110' } }
  // A command that fails rejects, and its output is in the error.
  const { stdout } = await promisify(execFile)('sh', ['-euc', command ?? ''], options)
  if (command?.includes('--once')) expect(stdout).toContain('The story has ended well.')
  if (command?.includes('my-playbook')) expect(stdout).toMatch(/remediation\.succeeded/)
})

const cluster = shell.filter(({ marks }) => marks.includes('cluster')).map(({ text }) => text)

test('the functions are removed as the tests of a cluster remove them', () => {
  const [{ text = '' } = {}, ...others] = shell.filter(({ marks }) => marks.includes('uninstall'))
  expect(others).toEqual([])
  const uninstall = /function uninstall[\s\S]*?\n}/.exec(
    readText('scripts/test-cluster/installation.ts'),
  )?.[0]
  const [first = '', second = ''] = text.trimEnd().split('\n')
  expect(first).toBe('npm run deploy -- --delete')
  expect(uninstall).toContain("deploy(['--delete'], env)")
  expect(second).toBe('kubectl delete -k triggers')
  expect(uninstall).toContain("kubectl(['delete', '-k', 'triggers', ")
})

test('what is applied to a cluster exists', () => {
  const folders = cluster.flatMap(text =>
    [...text.matchAll(/kubectl apply -[kf] ([a-z]\S*)/g)].map(match => match[1]),
  )
  expect(new Set(folders)).toEqual(
    new Set([
      'triggers',
      'triggers/resolution',
      'triggers/resolution/common.yaml',
      'triggers/rbac.yaml',
      'examples/cluster.yaml',
      'playbook.yaml',
      'rbac.yaml',
    ]),
  )
  for (const folder of ['triggers', 'triggers/resolution'])
    expect(readText(`${folder}/kustomization.yaml`)).toContain('kind: Kustomization')
  const files = cluster.flatMap(text =>
    [...text.matchAll(/ -f (triggers\/\S+)/g)].map(([, file]) => file ?? ''),
  )
  for (const file of [...files, 'examples/cluster.yaml'])
    expect(readObjects(readText(file)).length).toBeGreaterThan(0)
})

test('config-events is pointed at the Broker that the Triggers listen to', () => {
  const [patch] = cluster.flatMap(text =>
    [...text.matchAll(/config-events.* -p '(.*)'/g)].map(match => match[1]),
  )
  const [broker] = readObjects(readText('triggers/broker.yaml'))
  const path = `${broker?.metadata.namespace}/${broker?.metadata.name}`
  expect(JSON.parse(patch ?? '')).toEqual({
    data: { formats: 'tektonv1', sink: `http://broker-ingress.knative-eventing.svc.cluster.local/${path}` },
  })
})

test('tkn is told the annotation that is read', () => {
  const annotations = cluster.flatMap(text =>
    [...text.matchAll(/--annotate ([\w.]+)=/g)].map(match => match[1]),
  )
  expect(annotations.length).toBeGreaterThan(1)
  expect(new Set(annotations)).toEqual(new Set([SCHEMA_ANNOTATION]))
})

test('roles that people are told to bind exist', () => {
  const roles = cluster.flatMap(text => [...text.matchAll(/--clusterrole (\S+)/g)].map(match => match[1]))
  const objects = readObjects(readText('triggers/rbac.yaml')).filter(each => each.kind === 'ClusterRole')
  expect(roles.length).toBeGreaterThan(0)
  expect(objects.map(each => each.metadata.name)).toEqual(expect.arrayContaining(roles))
})
