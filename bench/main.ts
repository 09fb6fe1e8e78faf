// `npm run bench`: how fast, how quickly ready and how large, as ratios to an empty function on the same machine.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measureBeside } from './beside.ts'
import { measureBundles } from './bundles.ts'
import { startCluster } from './cluster.ts'
import { measureCommands, PLAYBOOK } from './commands.ts'
import { measureMemory, measurePolicy, measureStart, measureThroughput, type Sides } from './measures.ts'
import { holds, type Result, tableOf } from './table.ts'

const DEPLOYMENT = fileURLToPath(new URL('../dist/launch.cjs', import.meta.url))
const HELLO = fileURLToPath(new URL('hello.ts', import.meta.url))
const BUILD = fileURLToPath(new URL('../scripts/build.ts', import.meta.url))

async function measureAll(folder: string): Promise<Result[]> {
  const hello = join(folder, 'hello.cjs')
  execFileSync(process.execPath, [BUILD, HELLO, hello], { stdio: ['ignore', 'ignore', 'inherit'] })
  const cluster = await startCluster(folder)
  try {
    const env = { PATH: process.env.PATH ?? '', NODE_ENV: 'production', KUBECONFIG: cluster.kubeconfig }
    const sides: Sides = {
      ours: { script: DEPLOYMENT, env, folder },
      theirs: { script: hello, env, folder },
    }
    return [
      await measureThroughput(sides, cluster),
      await measurePolicy(sides, cluster),
      await measureStart(sides),
      await measureMemory(sides, cluster),
      ...(await measureBeside(sides.ours, cluster)),
    ]
  } finally {
    await cluster.close()
  }
}

/** Everything, or with `cli` the command line alone. */
async function measure(folder: string): Promise<Result[]> {
  const functions = process.argv[2] === 'cli' ? [] : await measureAll(folder)
  return [...functions, ...measureCommands(folder), ...(await measureBundles(folder))]
}

async function main(): Promise<void> {
  if (!existsSync(DEPLOYMENT) || !existsSync(PLAYBOOK))
    throw new Error('dist is missing, or a part of it: run `npm run build` first.')
  const folder = mkdtempSync(join(tmpdir(), 'playbook-functions-bench-'))
  try {
    const results = await measure(folder)
    console.log(tableOf(results))
    if (!results.every(holds)) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

main().catch(error => {
  process.stderr.write(`The bench broke: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
})
