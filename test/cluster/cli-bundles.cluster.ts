// The bundle commands against the real ones: Debian's docker-registry with a login and TLS, and what tkn, crane and cosign say.

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { putPlaybook } from '../cli/bundle/folders.ts'
import { call, makeScratch, type Scratch } from '../cli/kit.ts'
import { type DockerRegistry, LOGIN, missingDockerRegistry, startDockerRegistry } from './docker-registry.ts'

const PASSWORD = 'secret'
const TASK =
  'apiVersion: tekton.dev/v1\nkind: Task\nmetadata: { name: more }\nspec: { steps: [{ image: tool }] }\n'

let scratch: Scratch
let folder: string

beforeAll(async () => {
  scratch = await makeScratch()
  folder = await putPlaybook(scratch, 'restart')
  await scratch.put('restart/task.yaml', TASK)
})
afterAll(() => scratch[Symbol.asyncDispose]())

/** Runs a program of others; answers what it printed. */
async function run(program: string, ...words: readonly string[]): Promise<string> {
  const env = { ...process.env, COSIGN_PASSWORD: PASSWORD, KUBECONFIG: '/nonexistent' }
  const { stdout } = await promisify(execFile)(program, words, { cwd: scratch.folder, env })
  return stdout
}

async function say(words: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const said = await call(words, { env })
  expect(said).toMatchObject({ code: 0, err: '' })
  return said.out
}

describe.skipIf(missingDockerRegistry() !== undefined)('a docker-registry', () => {
  let registry: DockerRegistry

  beforeAll(async () => {
    registry = await startDockerRegistry()
  })
  afterAll(() => registry[Symbol.asyncDispose]())

  test('tkn reads what is pushed, and what tkn pushes holds the same', async () => {
    const [ours, theirs] = [`${registry.host}/both/ours:v1`, `${registry.host}/both/theirs:v1`]
    await say(['push', folder, ours])
    const files = ['pipeline.yaml', 'task.yaml'].flatMap(name => ['-f', `${folder}/${name}`])
    const schema = Buffer.from(await readFile(`${folder}/playbook-schema.json`, 'utf8')).toString('base64')
    await run(
      'tkn',
      'bundle',
      'push',
      theirs,
      ...files,
      '--annotate',
      `io.kubernaut.playbook.schema=${schema}`,
    )
    const listed = await run('tkn', 'bundle', 'list', ours)
    expect(listed.trim().split('\n').sort()).toEqual(['pipeline.tekton.dev/restart', 'task.tekton.dev/more'])
    expect(await run('tkn', 'bundle', 'list', theirs)).toBe(listed)
    expect(await say(['diff', ours, theirs])).toBe('They hold the same, under different digests.\n')
    // The config names the hash of each uncompressed layer, in order.
    expect(await run('crane', 'config', ours)).toBe(await run('crane', 'config', theirs))
  })

  test('a copy has the digest that crane says', async () => {
    const from = `${registry.host}/copies/from:v1`
    await say(['push', folder, from])
    await say(['copy', from, `${scratch.folder}/copied.tar`])
    const to = `${registry.host}/copies/to:v1`
    await say(['copy', `${scratch.folder}/copied.tar`, to])
    expect(await run('crane', 'digest', to)).toBe(await run('crane', 'digest', from))
  })

  test('cosign and playbook accept each other’s signatures', async () => {
    await run('cosign', 'generate-key-pair')
    const [key, pub] = ['cosign.key', 'cosign.pub'].map(name => `${scratch.folder}/${name}`) as [
      string,
      string,
    ]
    const [ours, theirs] = [`${registry.host}/signed/ours:v1`, `${registry.host}/signed/theirs:v1`]
    for (const reference of [ours, theirs]) await say(['push', folder, reference])
    await say(['sign', '--key', key, ours], { COSIGN_PASSWORD: PASSWORD })
    await run('cosign', 'verify', '--key', pub, '--insecure-ignore-tlog=true', ours)
    const digest = (await run('crane', 'digest', theirs)).trim()
    const quiet = ['--tlog-upload=false', '--use-signing-config=false', '--yes']
    await run('cosign', 'sign', '--key', key, ...quiet, theirs.replace(/:v1$/, `@${digest}`))
    expect(await say(['verify', '--key', pub, theirs])).toMatch(/is signed with this key/)
  })
})

describe.skipIf(missingDockerRegistry() !== undefined)('a docker-registry with htpasswd and TLS', () => {
  test('takes the login of docker, and a CA that is given', async () => {
    await using registry = await startDockerRegistry({ login: true, tls: true })
    const ca = await scratch.put('ca.crt', registry.ca ?? '')
    const config = JSON.stringify({ auths: { [registry.host]: LOGIN } })
    await scratch.put('docker/config.json', config)
    const env = { DOCKER_CONFIG: `${scratch.folder}/docker` }
    const words = ['push', folder, `${registry.host}/a/b:v1`]
    expect(await call(words, { env })).toMatchObject({ code: 3, err: expect.stringMatching(/--ca-file/) })
    expect(await call([...words, '--ca-file', ca])).toMatchObject({
      code: 3,
      err: expect.stringMatching(/401/),
    })
    await say([...words, '--ca-file', ca], env)
    await say(['diff', `${registry.host}/a/b:v1`, folder, '--ca-file', ca], env)
  })
})
