// The policy in force: read afresh, compiled once, and the last good one where it is broken.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { configMaps, events, type KubernetesObject } from '../../../shared/kubernetes/resources.ts'
import { type PolicyMap, readPolicy } from '../../../shared/policy/read.ts'
import { hooked } from '../../kit/hook.ts'
import { writePolicy } from '../../kit/policies.ts'
import { type Stage, SYSTEM, startStage } from '../../kit/stage.ts'
import { ruling } from './kit.ts'

const NAME = 'playbook-policy'
const GOOD = 'rules: [{ name: none, match: { kinds: Deployment }, then: deny, reason: Not today. }]'
const BROKEN = 'rules:\n  - name: a\n    then: refuse\n'

let stage: Stage
beforeEach(async () => {
  stage = await startStage()
  await stage.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${NAME}-last-good`, namespace: SYSTEM },
  })
})
afterEach(() => stage[Symbol.asyncDispose]())

function write(data: Record<string, string>): Promise<void> {
  return writePolicy(stage, data)
}

function read(kubernetes = stage.kubernetes): ReturnType<typeof readPolicy> {
  const { log } = stage.services
  return readPolicy({ kubernetes, namespace: SYSTEM, name: NAME, log, now: stage.clock.now() })
}

async function kept(): Promise<string | undefined> {
  const map = await stage.kubernetes.get<PolicyMap>(configMaps, {
    namespace: SYSTEM,
    name: `${NAME}-last-good`,
  })
  return map?.data?.['policy.yaml']
}

test('without a ConfigMap the defaults hold', async () => {
  expect(await read()).toMatchObject({ policy: { version: 'default', rules: [] } })
  expect(await read()).not.toHaveProperty('suspended')
})

test('a change holds from the next decision on', async () => {
  await write({ 'policy.yaml': GOOD })
  expect(ruling((await read()).policy)).toMatchObject({ verdict: 'deny', reason: 'Not today.' })
  await write({ 'policy.yaml': 'rules: []' })
  expect(ruling((await read()).policy)).toMatchObject({ verdict: 'allow' })
  await stage.kubernetes.remove(configMaps, { namespace: SYSTEM, name: NAME })
  expect((await read()).policy.version).toBe('default')
})

test('one version is compiled once', async () => {
  await write({ 'policy.yaml': GOOD })
  expect((await read()).policy).toBe((await read()).policy)
})

describe('a broken policy', () => {
  test('leaves the last good one in force, also for a process that never saw it, and says so', async () => {
    await write({ 'policy.yaml': GOOD })
    await read()
    expect(await kept()).toBe(GOOD)
    await write({ 'policy.yaml': BROKEN })

    const { policy, problem } = await read()

    expect(ruling(policy)).toMatchObject({ verdict: 'deny', reason: 'Not today.' })
    expect(problem).toBe(
      'The policy in ConfigMap kubernaut-system/playbook-policy is broken. Line 3, column 11: rules[0].then must be one of allow, approve, deny, but is "refuse". The last good one decides.',
    )
    expect(await kept()).toBe(GOOD)
  })

  test('is an Event on its ConfigMap, once for each version', async () => {
    await write({ 'policy.yaml': BROKEN })
    await read()
    await read()
    const told = await stage.kubernetes.list<
      KubernetesObject & { reason: string; message: string; involvedObject: object }
    >(events, { namespace: SYSTEM })
    expect(told.items).toMatchObject([
      {
        reason: 'PolicyBroken',
        message: expect.stringContaining('Line 3, column 11'),
        involvedObject: { kind: 'ConfigMap', name: NAME },
      },
    ])
  })

  test('without a good one before it closes everything', async () => {
    await write({ 'policy.yaml': BROKEN })
    const { policy } = await read()
    expect(ruling(policy)).toMatchObject({ version: 'none', rule: 'default/closed', verdict: 'deny' })
    expect(ruling(policy).reason).toContain('No earlier policy is kept, so everything is denied.')
  })

  test('is one under another key, too', async () => {
    await write({ 'policy.yml': GOOD })
    expect((await read()).problem).toContain('It has no key policy.yaml, but policy.yml.')
  })

  test('is forgotten when it is mended', async () => {
    await write({ 'policy.yaml': BROKEN })
    await read()
    await write({ 'policy.yaml': GOOD })
    expect(await read()).not.toHaveProperty('problem')
  })
})

test('a good policy that could not be kept at first is kept later, by the same process', async () => {
  await write({ 'policy.yaml': GOOD })
  const trouble = hooked(stage.kubernetes, verb => {
    if (verb === 'replace') throw new Error('the API server is busy')
  })
  expect(ruling((await read(trouble)).policy).verdict).toBe('deny')
  expect(await kept()).toBeUndefined()
  stage.clock.advance(60_000)
  await read()
  expect(await kept()).toBe(GOOD)
})

test('what is kept is read only: a good policy that cannot be kept decides all the same', async () => {
  await stage.kubernetes.remove(configMaps, { namespace: SYSTEM, name: `${NAME}-last-good` })
  await write({ 'policy.yaml': GOOD })
  expect(ruling((await read()).policy).verdict).toBe('deny')
  expect(await kept()).toBeUndefined()
})

describe('new starts are suspended', () => {
  test.each<[string, Record<string, string>]>([
    ['by the settings', { 'policy.yaml': 'settings: { suspended: true }' }],
    ['by a key of its own, without any policy', { suspended: 'true' }],
    ['by whatever is not plainly off', { suspended: 'yes please' }],
    ['beside a policy', { 'policy.yaml': GOOD, suspended: 'true' }],
    [
      'by a line of a policy that is broken otherwise',
      { 'policy.yaml': `settings:\n  suspended: true\n${BROKEN}` },
    ],
    ['by a line of what is no YAML', { 'policy.yaml': 'settings:\n  suspended: yes\n rules: [' }],
  ])('%s', async (_, data) => {
    await write(data)
    expect((await read()).suspended).toBe(
      'New starts are suspended by ConfigMap kubernaut-system/playbook-policy.',
    )
  })

  test.each<[string, Record<string, string>]>([
    ['does not parse', { 'policy.yaml': 'settings: {' }],
    ['is under another key', { 'policy.yml': GOOD }],
  ])('by the last good policy, where the one now %s', async (_, broken) => {
    await write({ 'policy.yaml': 'settings: { suspended: true }' })
    await read()
    await write(broken)
    expect(await read()).toMatchObject({ suspended: expect.stringContaining('playbook-policy') })
  })

  test.each<[string, Record<string, string>]>([
    ['it says false', { suspended: 'false' }],
    ['it says nothing', { suspended: '' }],
    ['the policy says false', { 'policy.yaml': 'settings: { suspended: false }' }],
    ['a rule only speaks of it', { 'policy.yaml': '# suspended: true\nrules: []' }],
  ])('not where %s', async (_, data) => {
    await write(data)
    expect(await read()).not.toHaveProperty('suspended')
  })
})

test('an API server that is down is no policy', async () => {
  stage.api.fail('down')
  await expect(read()).rejects.toMatchObject({ kind: 'unavailable' })
})
