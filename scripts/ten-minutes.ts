// From a container image to a playbook that has run, with the seconds of each step: in the local world, or on a cluster
// that has the functions. `npm run ten-minutes -- --help`.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { pushImage } from '../local/registry/push-image.ts'
import { startWorld } from '../local/world/world.ts'
import { createLog } from '../shared/runtime/log.ts'

const USAGE = `npm run ten-minutes                                    in the local world
npm run ten-minutes -- --image IMAGE --registry PATH   on the cluster of the kubeconfig

  --image IMAGE        the container image to wrap; by tag or digest
  --registry PATH      registry and path for the bundle, which the cluster pulls from
  --param PARAM        NAME[:type][=default] of the image, as for init; may be given again
  --value NAME=VALUE   for the run; may be given again
  --namespace NAME     of the Playbook, which must exist (remediation)
  --context, --kubeconfig, --insecure   as for playbook
`

const PROMISE_SECONDS = 600
const CLI = join(import.meta.dirname, '../cli/main.ts')

interface Place extends AsyncDisposable {
  readonly image: string
  readonly repository: string
  readonly params: readonly string[]
  readonly values: readonly string[]
  readonly namespace: string
  /** What every command on the cluster is given, and every one on the registry. */
  readonly cluster: readonly string[]
  readonly registry: readonly string[]
}

async function localPlace(folder: string): Promise<Place> {
  const world = await startWorld({ log: createLog('silent'), durationMs: 200 })
  const namespace = 'remediation'
  await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, world.api.kubeconfig('operator'))
  return {
    image: await pushImage(`${world.registry.host}/apps/scaler:1.0`),
    repository: `${world.registry.host}/playbooks`,
    params: ['REPLICAS:integer=1'],
    values: ['REPLICAS=2'],
    namespace,
    cluster: ['--kubeconfig', kubeconfig],
    registry: [],
    [Symbol.asyncDispose]: world.close,
  }
}

interface Given {
  readonly help?: boolean
  readonly image?: string
  readonly registry?: string
  readonly param?: string[]
  readonly value?: string[]
  readonly namespace?: string
  readonly context?: string
  readonly kubeconfig?: string
  readonly insecure?: boolean
}

function readGiven(): Given {
  const text = { type: 'string' } as const
  const many = { type: 'string', multiple: true } as const
  const options = {
    help: { type: 'boolean' },
    image: text,
    registry: text,
    param: many,
    value: many,
    namespace: text,
    context: text,
    kubeconfig: text,
    insecure: { type: 'boolean' },
  } as const
  return parseArgs({ options }).values
}

function clusterPlace(given: Given & { image: string }): Place {
  const { image, registry, param = [], value = [], namespace = 'remediation', context, kubeconfig } = given
  if (registry === undefined) throw new Error('Say with --registry where the bundle is pushed.')
  return {
    image,
    repository: registry,
    params: param,
    values: value,
    namespace,
    cluster: [
      ...(context === undefined ? [] : ['--context', context]),
      ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ],
    registry: given.insecure === true ? ['--insecure'] : [],
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** Runs `playbook` as an operator does, says how long it took, and answers what it printed. */
async function step(what: string, words: readonly string[], okay = 0): Promise<string> {
  const start = performance.now()
  const child = promisify(execFile)(process.execPath, [CLI, ...words])
  const { stdout, stderr, code } = await child.then(
    said => ({ ...said, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  )
  if (code !== okay) throw new Error(`playbook ${words.join(' ')} ended with ${code}:\n${stderr}${stdout}`)
  console.log(`${((performance.now() - start) / 1000).toFixed(1).padStart(7)} s  ${what}`)
  return stdout
}

const pairs = (flag: string, values: readonly string[]): string[] => values.flatMap(value => [flag, value])

async function walk(place: Place, folder: string): Promise<void> {
  const { image, repository, params, values, namespace, cluster, registry } = place
  const id = `ten-minutes-${Date.now()}`
  const dir = join(folder, id)
  const there = [...cluster, '-n', namespace]
  await step('init: a playbook around the image', [
    ...['init', id, '--image', image, '--repository', repository, '--dir', dir],
    ...[...pairs('--param', params), ...registry],
  ])
  await step('lint', ['lint', dir])
  await step('push: the bundle', ['push', dir, `${repository}/${id}:v1.0.0`, ...registry])
  await step('register: until the cluster has pulled and pinned it, and it is Ready', [
    ...['register', dir, '--wait', '5m'],
    ...there,
  ])
  const run = ['run', id, ...pairs('--param', values), '--id', id, '--yes', '-o', 'json', ...there]
  const asked = JSON.parse(await step('run: until it waits for a person', run))
  await step('approve', ['approve', asked.run.name, ...there])
  const ended = JSON.parse(await step('run: until it has succeeded', [...run, '--wait', '--timeout', '10m']))
  console.log(`           ${namespace}/${ended.run.name} ${ended.state}`)
}

async function main(): Promise<void> {
  const given = readGiven()
  if (given.help === true) return console.log(USAGE)
  const { image } = given
  const folder = await mkdtemp(join(tmpdir(), 'ten-minutes-'))
  try {
    await using place = image === undefined ? await localPlace(folder) : clusterPlace({ ...given, image })
    const start = performance.now()
    await walk(place, folder)
    const seconds = (performance.now() - start) / 1000
    console.log(`${seconds.toFixed(1).padStart(7)} s  in all; the promise is ${PROMISE_SECONDS} s`)
    if (seconds > PROMISE_SECONDS) process.exitCode = 1
  } finally {
    await rm(folder, { recursive: true })
  }
}

main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
})
