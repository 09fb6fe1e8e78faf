// `npm run test:cluster`: installs everything on a cluster, runs the tests that need one, and removes it again.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { prepareNamespaces, removeNamespaces } from '../../test/cluster/namespaces.ts'
import { SYSTEM } from '../../test/cluster/stage.ts'
import { summaryOf } from '../report.ts'
import { findImages } from './images.ts'
import { openIngress } from './ingress.ts'
import { install, makeRoom, uninstall } from './installation.ts'
import { findFaults } from './requirements.ts'

const USAGE = `npm run test:cluster [-- options] [test files]

Installs the functions on the cluster of KUBECONFIG, runs every test of test/cluster there, and removes them again.
Whatever else is on the cluster stays as it is; where kubernaut-system exists already, nothing is begun.

  --installed   tests what is installed, and leaves it
  --keep        leaves installed what was installed
  --help        this text
`

const { values: wish, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    installed: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** Runs vitest; answers its exit code, and what it says in one line. */
function runTests(env: NodeJS.ProcessEnv): { code: number; summary: string } {
  const folder = mkdtempSync(join(tmpdir(), 'playbook-functions-test-cluster-'))
  const report = join(folder, 'report.json')
  const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${report}`]
  const options = ['run', '--config', 'vitest.cluster.config.ts', ...reporters, ...files]
  try {
    const { status } = spawnSync('vitest', options, { stdio: 'inherit', env })
    return { code: status ?? 1, summary: summaryOf(report) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function testInNamespaces(env: NodeJS.ProcessEnv): ReturnType<typeof runTests> {
  removeNamespaces()
  prepareNamespaces(SYSTEM)
  try {
    return runTests(env)
  } finally {
    removeNamespaces()
  }
}

/** Runs everything on what is installed, or is installed for it; the summary is the last line. */
function testInstalled(env: NodeJS.ProcessEnv): number {
  let summary = '0 passed, 1 failed'
  try {
    if (!wish.installed) install(env)
    const result = testInNamespaces(env)
    summary = result.summary
    return result.code
  } finally {
    if (!wish.installed && !wish.keep) uninstall(env)
    console.log(summary)
  }
}

async function main(): Promise<number> {
  if (wish.help) {
    console.log(USAGE.trimEnd())
    return 0
  }
  const faults = findFaults(process.env)
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) return 2
  const images = await findImages(process.env)
  const ingress = await openIngress(process.env)
  if (!wish.installed) makeRoom(process.env)
  // What an earlier run's leftovers did is not this run's.
  const started = new Date().toISOString()
  const env = { ...process.env, ...images, BROKER_INGRESS: ingress.url, SUITE_STARTED: started }
  try {
    return testInstalled(env)
  } finally {
    ingress.close()
  }
}

process.exitCode = await main().catch(error => {
  console.error(error instanceof Error ? error.message : error)
  return 1
})
