// README's section "On a cluster", block by block, as a stranger would paste it; only names of this cluster are put in.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocksIn, readText } from '../docs/markdown.ts'
import { makeScratch, type Scratch } from '../docs/scratch.ts'
import { baseImage, kubectlImage, setting, testImage } from './cluster.ts'
import { kubectl } from './kubectl.ts'

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

const script = blocksIn(section('On a cluster'), 'README.md')
  .filter(({ marks }) => marks.includes('cluster'))
  .map(({ text }) => adapt(text))
  .join('\n')

let scratch: Scratch

beforeAll(async () => {
  scratch = await makeScratch()
  const examples = join(scratch.folder, 'examples')
  for (const name of readdirSync(examples, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(yaml|json)$/.test(name)) continue
    const file = join(examples, name)
    writeFileSync(file, adapt(readFileSync(file, 'utf8')))
  }
})

afterAll(async () => {
  await scratch[Symbol.asyncDispose]()
  kubectl(['delete', 'namespace', TENANT, TARGETS, '--ignore-not-found', '--wait=false'])
})

test(
  'each command works, and in the end one replica is left and people are told',
  () => {
    // The tunnel would outlive the shell.
    const text = `set -eu\ntrap 'kill $(jobs -p)' EXIT\n${script}`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', text], {
      cwd: scratch.folder,
      encoding: 'utf8',
    })
    expect(status, `${stdout}\n${stderr}`).toBe(0)
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
