// What only a real cluster shows: a Deployment that changes, a pod's log, what kubectl prints.

import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endingOf } from '../../shared/remediation/marks.ts'
import { analysisOf, readyPlaybook, settledPlaybook, toldRun } from '../journeys/looks.ts'
import { publish, register, SCHEMA } from '../journeys/playbooks.ts'
import { kubectl } from './kubectl.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage } from './stage.ts'

const stage = openStage()
const { namespace, remove } = takeNamespace('remediation')
const place = { stage, namespace }

const SCALE = [
  'env | grep -E "^(TARGET|SCALE)_" | sort',
  'kubectl -n "$TARGET_NAMESPACE" scale "$TARGET_RESOURCE_KIND/$TARGET_RESOURCE_NAME" --replicas="$SCALE_TARGET_REPLICAS"',
].join('\n')

function replicasOf(name: string): string {
  return kubectl(['-n', namespace, 'get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}'])
}

function deploy(name: string): void {
  const command = ['--', 'sleep', '3600']
  kubectl([
    '-n',
    namespace,
    'create',
    'deployment',
    name,
    `--image=${stage.image}`,
    '--replicas=3',
    ...command,
  ])
}

beforeAll(() => {
  kubectl(['-n', namespace, 'create', 'serviceaccount', 'scaler'])
  const rules = ['--verb=get,patch,update', '--resource=deployments.apps,deployments.apps/scale']
  kubectl(['-n', namespace, 'create', 'role', 'scaler', ...rules])
  kubectl([
    '-n',
    namespace,
    'create',
    'rolebinding',
    'scaler',
    '--role=scaler',
    `--serviceaccount=${namespace}:scaler`,
  ])
})

afterAll(remove)

describe('a playbook that does something', () => {
  test('changes the replicas of a Deployment; its pod got the parameters', async () => {
    deploy('my-app')
    const world = { ...stage, image: stage.kubectlImage }
    await publish(world, namespace, { name: 'scale-down', version: '1.0.0', script: SCALE })
    await register(stage, namespace, { name: 'scale-down', version: '1.0.0', serviceAccountName: 'scaler' })
    await readyPlaybook(place, 'scale-down')
    const event = analysisOf(place, { id: 'real', playbook: 'scale-down', target: 'my-app', replicas: 1 })
    await stage.send(event)
    const run = await toldRun(place, event)
    expect(endingOf(run)).toMatchObject({ finish: 'succeeded' })
    expect(replicasOf('my-app')).toBe('1')
    const log = kubectl([
      '-n',
      namespace,
      'logs',
      '-l',
      `tekton.dev/pipelineRun=${run.metadata.name}`,
      '--all-containers',
    ])
    expect(log).toContain('SCALE_TARGET_REPLICAS=1')
    expect(log).toContain('TARGET_RESOURCE_KIND=Deployment')
    expect(log).toContain('TARGET_RESOURCE_NAME=my-app')
    expect(log).toContain(`TARGET_NAMESPACE=${namespace}`)
  })

  test('whose account may not do it is a failed run, and says so', async () => {
    deploy('forbidden')
    await register(stage, namespace, { name: 'scale-down-poor', version: '1.0.0' })
    const world = { ...stage, image: stage.kubectlImage }
    await publish(world, namespace, { name: 'scale-down-poor', version: '1.0.1', script: SCALE })
    await register(stage, namespace, { name: 'scale-down-poor', version: '1.0.1' })
    await readyPlaybook(place, 'scale-down-poor')
    const event = analysisOf(place, { id: 'poor', playbook: 'scale-down-poor', target: 'forbidden' })
    await stage.send(event)
    expect(endingOf(await toldRun(place, event))).toMatchObject({ finish: 'failed' })
    expect(replicasOf('forbidden')).toBe('3')
  })
})

/** What kubectl prints of Playbooks, a list of cells per line; no cell where there is nothing. */
function printed(...options: readonly string[]): string[][] {
  const lines = kubectl(['-n', namespace, 'get', 'pb', ...options])
    .trim()
    .split('\n')
  return lines.map(line => line.trim().split(/\s{2,}/))
}

describe('what a person sees', () => {
  let digest = ''

  beforeAll(async () => {
    digest = await publish(stage, namespace, { name: 'seen', version: '1.0.0', script: 'true' })
    for (const name of ['seen', 'absent']) await register(stage, namespace, { name, version: '1.0.0' })
    await readyPlaybook(place, 'seen')
    await settledPlaybook(place, 'absent')
  })

  test('kubectl get pb says which are Ready, and why one is not', () => {
    const [header, ...rows] = printed()
    const age = expect.stringMatching(/^\d+[smh]/)
    expect(header).toEqual(['NAME', 'VERSION', 'READY', 'REASON', 'AGE'])
    expect(rows).toContainEqual(['seen', '1.0.0', 'True', 'Registered', age])
    expect(rows).toContainEqual(['absent', 'False', 'BundleNotFound', age])
  })

  test('kubectl get pb -o wide says what runs, and which parameters it requires', () => {
    const [header, ...rows] = printed('-o', 'wide')
    expect(header?.slice(4, -1)).toEqual(['SUSPENDED', 'DIGEST', 'REQUIRES'])
    const row = rows.find(([name]) => name === 'seen')
    expect(row).toContain(digest)
    expect(JSON.parse(row?.at(-2) ?? '')).toEqual(SCHEMA.required)
  })

  test('kubectl describe pb says what is wrong, and what to do', () => {
    const text = kubectl(['-n', namespace, 'describe', 'pb', 'absent'])
    expect(text).toMatch(/Reason:\s+BundleNotFound/)
    expect(text).toMatch(/Message:.*absent.*check the name, the tag or digest, and that it was pushed/)
  })

  test('a Playbook that breaks the schema is refused by the API server with the field', () => {
    const wrong = {
      apiVersion: 'playbook.kubernaut.io/v1alpha1',
      kind: 'Playbook',
      metadata: { name: 'w', namespace },
    }
    const { status, stderr } = spawnSync('kubectl', ['apply', '-f', '-'], {
      input: JSON.stringify({ ...wrong, spec: { timeout: 'soon' } }),
      encoding: 'utf8',
    })
    expect(status).not.toBe(0)
    expect(stderr).toContain('set one of spec.bundle and spec.image')
    expect(stderr).toContain('spec.timeout')
  })
})
