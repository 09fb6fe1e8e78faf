// The func command line, which turns a func.yaml into objects on the cluster.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Deployer } from './arguments.ts'

export interface FuncDeployment {
  /** The folder of the rendered func.yaml, which func rewrites. */
  readonly folder: string
  /** With a digest. */
  readonly image: string
  readonly namespace: string
  readonly deployer: Deployer
}

export interface Func {
  /** The command and its version, for people. */
  readonly name: string
  /** Resolves when the function is Ready. Throws an Error with what func said. */
  readonly deploy: (deployment: FuncDeployment) => Promise<void>
}

const run = promisify(execFile)
const WHERE =
  'Get it at https://knative.dev/docs/functions/install-func/ and put it on PATH, or give --func PATH.'
const MAX_OUTPUT = 16 * 1024 * 1024

/** Finds the command line given, or `func`, or else `kn func`, on the environment's PATH. Throws an Error that says where to get it. */
export async function findFunc(given: string | undefined, env: NodeJS.ProcessEnv): Promise<Func> {
  const candidates = given === undefined ? [['func'], ['kn', 'func']] : [[given]]
  for (const command of candidates) {
    const version = await versionOf(command, env)
    if (version !== undefined)
      return { name: `${command.join(' ')} ${version}`, deploy: each => deploy(command, each, env) }
  }
  throw new Error(
    given === undefined ? `The func command line is not on PATH. ${WHERE}` : `${given} is not func. ${WHERE}`,
  )
}

async function versionOf(
  [file = '', ...before]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    const { stdout } = await run(file, [...before, 'version'], { env })
    return stdout.trim().split('\n')[0] ?? ''
  } catch {
    return undefined
  }
}

async function deploy(
  command: readonly string[],
  each: FuncDeployment,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const [file = '', ...before] = command
  const args = [
    ...[...before, 'deploy', '--path', each.folder, '--image', each.image],
    ...['--namespace', each.namespace, '--deployer', each.deployer, '--build=false', '--push=false'],
  ]
  try {
    await run(file, args, { maxBuffer: MAX_OUTPUT, env })
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    throw new Error(`func could not deploy ${each.folder}:\n${stderr.trim() || error}`, { cause: error })
  }
}
