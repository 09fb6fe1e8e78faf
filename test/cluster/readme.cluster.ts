// README's blocks for a cluster, one after the other, as a stranger would paste them; only names of this cluster are put in.

import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocksIn, readText } from '../docs/markdown.ts'
import { baseImage, kubectlImage, setting, testImage } from './cluster.ts'
import { kubectl } from './kubectl.ts'
import { openReader, type Reader } from './reader.ts'
import { awaitSources } from './sources.ts'
import { SYSTEM } from './stage.ts'

const MINUTES_5 = 5 * 60_000
const SUFFIX = randomBytes(3).toString('hex')
const TENANT = `remediation-${SUFFIX}`
const TARGETS = `production-${SUFFIX}`

/** Namespaces of its own, and images that this cluster can pull. */
function adapt(text: string): string {
  return text
    .replace(/\bproduction\b/g, TARGETS)
    .replace(/(-n |namespace: |\{ name: )remediation\b/g, `$1${TENANT}`)
    .replace(/docker\.io\/alpine\/k8s:1\.34\.1(@sha256:[0-9a-f]{64})?/g, kubectlImage())
    .replaceAll('docker.io/library/busybox:1', testImage())
    .replaceAll('registry.example.com/playbooks', `${setting('REGISTRY')}/${SUFFIX}`)
    .replace(/^REGISTRY=.*$/m, `REGISTRY=${setting('REGISTRY')}/${SUFFIX}`)
    .replace(
      'npm run deploy -- --registry $REGISTRY',
      `npm run deploy -- --registry ${setting('REGISTRY')} --base ${baseImage()}`,
    )
}

function section(title: string): string {
  const [, rest = ''] = readText('README.md').split(`\n## ${title}\n`)
  return rest.split('\n## ')[0] ?? ''
}

function blocksFor(title: string): string {
  return blocksIn(section(title), 'README.md')
    .filter(({ marks }) => marks.includes('cluster'))
    .map(({ text }) => adapt(text))
    .join('\n')
}

let reader: Reader

beforeAll(async () => {
  reader = await openReader()
  for (const folder of ['examples', 'my-playbook'])
    for (const name of readdirSync(join(reader.cwd, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(yaml|json)$/.test(name)) continue
      const file = join(reader.cwd, folder, name)
      writeFileSync(file, adapt(readFileSync(file, 'utf8')))
    }
})

afterAll(async () => {
  await reader[Symbol.asyncDispose]()
  kubectl(['delete', 'namespace', TENANT, TARGETS, '--ignore-not-found'])
  awaitSources(SYSTEM)
})

test(
  'On a cluster: each command works, and in the end one replica is left and people are told',
  async () => {
    // The tunnel would outlive the shell.
    const stdout = await reader.paste(`trap 'kill $(jobs -p)' EXIT\n${blocksFor('On a cluster')}`)
    expect(stdout).toContain('5 Triggers are Ready')
    expect(stdout).toMatch(/oomkill-scale-down\s+1\.0\.0\s+True/)
    expect(stdout).toContain('202 Accepted')
    expect(stdout).toMatch(
      /NAME\s+SUCCEEDED\s+REASON\s+STARTTIME\s+COMPLETIONTIME\nrem-[0-9a-f]{40}\s+True\s+Succeeded/,
    )
    expect(stdout).toMatch(/my-app\s+1\/1/)
    expect(stdout).toMatch(/remediation\.succeeded/)
  },
  MINUTES_5,
)

test('Write a playbook in ten minutes: it is Ready', async () => {
  expect(await reader.paste(blocksFor('Write a playbook in ten minutes'))).toContain('restart-workload')
  const wait = ['wait', '--for=condition=Ready', 'playbook/restart-workload', '--timeout=1m']
  kubectl(['-n', TENANT, ...wait])
})
