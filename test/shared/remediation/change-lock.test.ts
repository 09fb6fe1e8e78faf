// A lock is written without being read where this process can guess what it is; a wrong guess is never an answer.

import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKubernetes, type Kubernetes } from '../../../shared/kubernetes/client.ts'
import { type Connection, connect } from '../../../shared/kubernetes/connection.ts'
import { leases } from '../../../shared/kubernetes/resources.ts'
import { changeLock } from '../../../shared/remediation/change-lock.ts'
import { type Lock, readLock } from '../../../shared/remediation/lock.ts'
import { type Applicant, nameHolder, release, tryAcquire } from '../../../shared/remediation/lock-state.ts'
import { type Stage, SYSTEM, startStage } from '../../kit/stage.ts'

const lock: Lock = { namespace: SYSTEM, targetHash: 'a1', targetKey: 'shop/deployment/cart' }
const playbook = { name: 'restart', version: '1.0.0', digest: 'sha256:00' }

function applicant(name: string): Applicant {
  return { namespace: 'remediation', name, correlationId: name, playbook }
}

let stage: Stage
let connection: Connection
/** Another process. */
let other: Kubernetes

beforeEach(async () => {
  stage = await startStage()
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(stage.api.kubeconfig())
  connection = connect(kubeConfig, Date.now)
  other = createKubernetes(connection)
})

afterEach(async () => {
  await connection.close()
  await stage[Symbol.asyncDispose]()
})

/** What became of it, by the given client or the stage's own. */
function acquire(name: string, kubernetes = stage.kubernetes): Promise<string> {
  return changeLock(kubernetes, lock, state => {
    const attempt = tryAcquire(state, applicant(name), 1_000)
    return { next: attempt.kind === 'acquired' ? attempt.state : undefined, result: attempt.kind }
  })
}

function letGo(name: string, kubernetes = stage.kubernetes): Promise<void> {
  return changeLock(kubernetes, lock, state => ({
    next: release(state, { ...applicant(name), restMs: 0 }),
    result: undefined,
  }))
}

/** The verbs that one action cost. */
async function costOf(action: () => Promise<unknown>): Promise<string[]> {
  const before = stage.requests.length
  await action()
  return stage.requests.slice(before).map(({ method, status }) => `${method} ${status}`)
}

test('a target that was never locked costs one write, and so does each change of it', async () => {
  expect(await costOf(() => acquire('one'))).toEqual(['POST 201'])
  const named = () =>
    changeLock(stage.kubernetes, lock, state => ({
      next: nameHolder(state, { ...applicant('one'), uid: 'u1' }),
      result: undefined,
    }))
  expect(await costOf(named)).toEqual(['PUT 200'])
  expect(await readLock(stage.kubernetes, lock)).toMatchObject({ holder: { name: 'one', uid: 'u1' } })
})

test('a lock that somebody else has made is found', async () => {
  await acquire('one', other)
  expect(await costOf(async () => expect(await acquire('two')).toBe('busy'))).toEqual(['POST 409', 'GET 200'])
})

test('a lock that somebody else has changed since is read again', async () => {
  await acquire('one')
  await letGo('one', other)
  await acquire('two', other)
  expect(await costOf(async () => expect(await acquire('one')).toBe('busy'))).toEqual(['GET 200'])
})

test('what leaves a lock as it is, is answered from what it is, not from a guess', async () => {
  await acquire('one')
  await letGo('one', other)
  expect(await acquire('two')).toBe('acquired')
})

test('a lock that was deleted is made anew', async () => {
  await acquire('one')
  await stage.kubernetes.remove(leases, { namespace: SYSTEM, name: 'target-a1' })
  await letGo('one')
  expect(await readLock(stage.kubernetes, lock)).toMatchObject({ line: [], recent: [] })
  expect(await acquire('two')).toBe('acquired')
})
