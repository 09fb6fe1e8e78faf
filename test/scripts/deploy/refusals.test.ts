// What must be on the cluster first, and what must not be in the way: said before anything is written.

import { afterEach, expect, test } from 'vitest'
import { brokers, deployments, services, triggers } from '../../../scripts/deploy/kinds.ts'
import { serviceAccounts } from '../../../shared/kubernetes/resources.ts'
import { createStage, descriptorOf, NAMESPACE } from './stage.ts'

type Stage = Awaited<ReturnType<typeof createStage>>

const opened: Stage[] = []
const key = (name: string) => ({ namespace: NAMESPACE, name })

afterEach(async () => {
  await Promise.all(opened.splice(0).map(stage => stage.close()))
})

const SPEC = {
  selector: { matchLabels: { app: 'one' } },
  template: { metadata: { labels: { app: 'one' } }, spec: { containers: [{ name: 'a', image: 'b' }] } },
}

test.each<[string, (stage: Stage) => Promise<unknown>, string]>([
  [
    'a service account is missing',
    stage => stage.kubernetes.remove(serviceAccounts, key('two')),
    'two needs the service account system/two: run kubectl apply -k triggers first.',
  ],
  [
    'the Broker is missing',
    stage => stage.kubernetes.remove(brokers, key('playbooks')),
    'The Broker system/playbooks is missing: run kubectl apply -k triggers first.',
  ],
  [
    'there is no Trigger',
    stage => Promise.all(['one', 'two'].map(name => stage.kubernetes.remove(triggers, key(name)))),
    'system has no Trigger: run kubectl apply -k triggers first.',
  ],
  [
    'somebody else has a Service of the name',
    stage => stage.add(services, { metadata: key('one'), spec: { ports: [{ port: 80 }] } }),
    'The Service system/one was not made by func and is in the way: rename or remove it, then deploy again.',
  ],
  [
    'somebody else has a Deployment of the name',
    stage => stage.add(deployments, { metadata: key('one'), spec: SPEC }),
    'The Deployment system/one was not made by func and is in the way: rename or remove it, then deploy again.',
  ],
])('%s', async (_, given, message) => {
  const stage = await createStage()
  opened.push(stage)
  await given(stage)
  const before = stage.writes.length
  await expect(stage.deploy()).rejects.toThrow(message)
  expect(stage.writes.slice(before)).toEqual([])
  expect(stage.calls).toEqual([])
})

test('a Trigger wakes what is not deployed', async () => {
  const stage = await createStage()
  opened.push(stage)
  await expect(stage.deploy({ descriptors: [descriptorOf('one')] })).rejects.toThrow(
    'The Trigger two wakes system/two, and this deploys only system/one: run kubectl apply -k triggers first.',
  )
})

test('without Knative Serving the raw deployer still works', async () => {
  const stage = await createStage({ serving: false })
  opened.push(stage)
  await expect(stage.deploy()).rejects.toThrow(
    'This cluster has no Knative Serving: install it, or give --deployer raw.',
  )
  expect(await stage.deploy({ deployer: 'raw' })).toContain('2 Triggers are Ready')
})
