// What must be there before a test on a cluster can begin, each with a sentence that says what to do.

import { spawnSync } from 'node:child_process'
import { SETTINGS } from '../../test/cluster/settings.ts'

/** What must be installed, and a command that proves it. */
const TOOLS = {
  kubectl: ['version', '--client'],
  func: ['version'],
  tkn: ['version', '--component', 'client'],
  'docker-registry': ['--version'],
}

function missingSettings(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(SETTINGS)
    .filter(([name]) => !env[name])
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

/** Everything that is missing, a sentence each. */
export function findFaults(env: NodeJS.ProcessEnv): string[] {
  const incomplete = [...missingSettings(env), ...missingTools()]
  return incomplete.length > 0 ? incomplete : unreachable()
}
