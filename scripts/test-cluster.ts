// Runs the tests that need a real cluster, once it is clear that everything they need is there.

import { spawnSync } from 'node:child_process'
import { SETTINGS } from '../test/cluster/settings.ts'

/** What must be installed, and a command that proves it. */
const TOOLS = {
  kubectl: ['version', '--client'],
  func: ['version'],
}

function missingSettings(): string[] {
  return Object.entries(SETTINGS)
    .filter(([name]) => !process.env[name])
    .map(([name, meaning]) => `${name} is not set: ${meaning}`)
}

function missingTools(): string[] {
  return Object.entries(TOOLS)
    .filter(([name, proof]) => spawnSync(name, proof).status !== 0)
    .map(([name]) => `${name} does not run: install it and put it on the PATH`)
}

/** Asked only when the rest is there, since it needs both. */
function unreachable(): string[] {
  const { status, stderr } = spawnSync('kubectl', ['get', '--raw', '/readyz'], { encoding: 'utf8' })
  return status === 0 ? [] : [`the cluster of KUBECONFIG does not answer: ${stderr.trim()}`]
}

const incomplete = [...missingSettings(), ...missingTools()]
const faults = incomplete.length > 0 ? incomplete : unreachable()
for (const fault of faults) console.error(fault)

if (faults.length > 0) process.exitCode = 2
else {
  const options = ['run', '--config', 'vitest.cluster.config.ts', ...process.argv.slice(2)]
  const { status } = spawnSync('vitest', options, { stdio: 'inherit' })
  process.exitCode = status ?? 1
}
