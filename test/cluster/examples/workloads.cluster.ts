// The examples that mend a workload: each finds one that is really broken, and leaves one that really runs.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubectl } from '../kubectl.ts'
import { openTenant, publishExample, type Tenant } from './example.ts'
import { apply, available, awaitAvailable, awaitLook, look, podsOf, workload } from './workload.ts'

let tenant: Tenant

beforeAll(async () => {
  tenant = await openTenant('examples')
})
afterAll(() => tenant[Symbol.asyncDispose]())

interface Case {
  readonly name: string
  /** Breaks `my-app` in this namespace, and sees that it is. */
  readonly breakIt: (namespace: string) => Promise<void>
  /** Sees that it is well. */
  readonly expectMended: (namespace: string) => Promise<void>
  /** What the first run says that it changed, and what a second one does. */
  readonly changed: RegExp
  readonly again: RegExp
}

const RESTARTS = '{.items[*].status.containerStatuses[*].restartCount}'
const APP = 'deployment my-app'

/** Holds 48 MiB, and does nothing with them. */
const HUNGRY = 'mkfifo /tmp/hold; sleep 3600 < /tmp/hold & exec dd if=/dev/zero of=/tmp/hold bs=48M count=1'

function configMap(namespace: string, name: string, mode: string): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { 'app.conf': mode } }
}

const CASES: readonly Case[] = [
  {
    name: 'oomkill-scale-down',
    async breakIt(namespace) {
      const hard = { 'requests.memory': '150Mi' }
      apply({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'memory', namespace },
        spec: { hard },
      })
      apply(workload(namespace, { replicas: 3, container: { resources: { requests: { memory: '64Mi' } } } }))
      await awaitLook([namespace, APP, '{.status.conditions[*].message}'], text =>
        /exceeded quota/.test(text),
      )
      await awaitAvailable(namespace, 2)
    },
    async expectMended(namespace) {
      expect(look(namespace, APP, '{.spec.replicas} {.status.replicas} {.status.readyReplicas}')).toBe(
        '2 2 2',
      )
    },
    changed: /my-app in \S+ has 2 replicas instead of 3/,
    again: /^nothing/,
  },
  {
    name: 'raise-memory',
    async breakIt(namespace) {
      const resources = { limits: { memory: '32Mi' } }
      apply(workload(namespace, { script: HUNGRY, container: { resources } }))
      const path = '{.items[*].status.containerStatuses[*].lastState.terminated.reason}'
      await awaitLook([namespace, 'pods', path], text => text.includes('OOMKilled'))
    },
    async expectMended(namespace) {
      const path = '{.spec.template.spec.containers[0].resources.limits.memory}'
      expect(look(namespace, APP, path)).toBe('128Mi')
      expect(look(namespace, 'pods', RESTARTS)).toBe('0')
      expect(available(namespace)).toBe('1')
    },
    changed: /the memory limit of worker is 128Mi instead of 32Mi/,
    again: /^nothing/,
  },
  {
    name: 'rollback-deployment',
    async breakIt(namespace) {
      apply(workload(namespace))
      await awaitAvailable(namespace)
      apply(workload(namespace, { script: 'exit 1' }))
      await awaitLook([namespace, 'pods', RESTARTS], text => Number(text) > 0)
      expect(available(namespace)).toBe('')
    },
    async expectMended(namespace) {
      expect(look(namespace, APP, '{.spec.template.spec.containers[0].command[2]}')).toBe('sleep 3600')
      expect(available(namespace)).toBe('1')
    },
    changed: /is back at revision 1 \(my-app-\w+\) from revision 2/,
    again: /^nothing/,
  },
  {
    name: 'restart-workload',
    async breakIt(namespace) {
      const exec = { command: ['test', '!', '-e', '/tmp/stuck'] }
      const readinessProbe = { exec, periodSeconds: 1, failureThreshold: 1 }
      apply(workload(namespace, { container: { readinessProbe } }))
      await awaitAvailable(namespace)
      kubectl(['-n', namespace, 'exec', APP.replace(' ', '/'), '--', 'touch', '/tmp/stuck'])
      await awaitLook([namespace, APP, '{.status.availableReplicas}'], text => text === '')
    },
    async expectMended(namespace) {
      expect(available(namespace)).toBe('1')
      expect(podsOf(namespace)).toHaveLength(1)
    },
    changed: /my-app in \S+ was restarted/,
    again: /was restarted/,
  },
  {
    name: 'fix-configmap-rollout',
    async breakIt(namespace) {
      apply(
        configMap(namespace, 'my-app-config', 'mode=broken'),
        configMap(namespace, 'my-app-config-1', 'mode=good'),
      )
      const volumes = [{ name: 'config', configMap: { name: 'my-app-config' } }]
      const volumeMounts = [{ name: 'config', mountPath: '/config' }]
      const script = 'grep mode=good /config/app.conf && sleep 3600'
      apply(workload(namespace, { script, container: { volumeMounts }, pod: { volumes } }))
      await awaitLook([namespace, 'pods', RESTARTS], text => Number(text) > 0)
      expect(available(namespace)).toBe('')
    },
    async expectMended(namespace) {
      expect(look(namespace, 'configmap my-app-config', '{.data}')).toBe('{"app.conf":"mode=good"}')
      expect(look(namespace, 'configmap my-app-config-replaced', '{.data}')).toBe(
        '{"app.conf":"mode=broken"}',
      )
      expect(available(namespace)).toBe('1')
    },
    changed: /has the data of my-app-config-1; what it had is in my-app-config-replaced/,
    again: /^nothing/,
  },
]

test.each(CASES)('$name mends what is broken, and does no harm a second time', async example => {
  const { target, start, finish } = await publishExample(tenant, example.name)
  await example.breakIt(target)
  expect(await finish(await start())).toMatch(example.changed)
  await example.expectMended(target)
  expect(await finish(await start())).toMatch(example.again)
  await example.expectMended(target)
})
