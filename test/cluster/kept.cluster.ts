// What is kept for later: dead letters, which people have posted again, and ledgers of who was told, which go after a day.

import { randomBytes } from 'node:crypto'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, expect, test } from 'vitest'
import { sweepLedgers } from '../../functions/sweep/ledgers.ts'
import { type DeadLetter, deadLetterOf } from '../../shared/deadletters/dead-letter.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { eventFromText } from '../../shared/events/text.ts'
import { createKubernetes, type Kubernetes } from '../../shared/kubernetes/client.ts'
import { type Connection, connect } from '../../shared/kubernetes/connection.ts'
import { configMaps, type KubernetesObject, leases } from '../../shared/kubernetes/resources.ts'
import { LABEL } from '../../shared/remediation/marks.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { eventually } from '../journeys/stage.ts'
import { loadKubeConfig } from './cluster.ts'
import { kubectl } from './kubectl.ts'
import { openStage, SYSTEM } from './stage.ts'

const stage = openStage()
const { kubernetes } = stage
/** On everything that this test makes, so that it takes nothing else away. */
const MARK = { key: 'playbook.kubernaut.io/test', value: `kept-${randomBytes(4).toString('hex')}` }
const ANNOTATE = ['-n', SYSTEM, 'annotate', 'configmap']
const REPLAY = 'playbook.kubernaut.io/replay=now'

afterAll(() => {
  const label = `${MARK.key}=${MARK.value}`
  kubectl(['-n', SYSTEM, 'delete', 'configmaps,leases', '-l', label, '--ignore-not-found'])
})

function letterNamed(name: string): Promise<DeadLetter | undefined> {
  return kubernetes.get<DeadLetter>(configMaps, { namespace: SYSTEM, name })
}

/** `execute` answers 400 to it: it says that it is validated, and holds nothing of what that means. */
function undeliverable(): CloudEvent {
  const type = 'io.kubernaut.remediation.validated.v1'
  const about = { correlationid: 'f00d', datacontenttype: 'application/json', data: {} }
  return { specversion: '1.0', id: MARK.value, source: '/tests/kept', type, ...about } as CloudEvent
}

async function letterOf({ id }: CloudEvent): Promise<DeadLetter | undefined> {
  const selection = { namespace: SYSTEM, labelSelector: LABEL.deadLetter }
  const { items } = await kubernetes.list<DeadLetter>(configMaps, selection)
  return items.find(({ data }) => eventFromText(data.event).id === id)
}

test('what a function cannot take is kept with the reason, and people are told how to replay it', async () => {
  const event = undeliverable()
  await stage.send(event)
  const { metadata, data } = await eventually('the dead letter', () => letterOf(event))
  kubectl(['-n', SYSTEM, 'label', 'configmap', metadata.name, `${MARK.key}=${MARK.value}`])
  expect(data).toMatchObject({ whole: 'true', why: expect.stringContaining('answered 400') })
  expect(eventFromText(data.event)).toEqual(event)
  await eventually('people to be told', async () => {
    const key = { namespace: SYSTEM, name: `told-${metadata.name}` }
    const ledger = await kubernetes.get<KubernetesObject>(leases, key)
    return ledger?.metadata.annotations?.['playbook.kubernaut.io/told']?.includes('"told"') || undefined
  })
})

test('one that dies again while it is replayed stays, and is not replayed for ever', async () => {
  const { metadata } = await eventually('the dead letter', () => letterOf(undeliverable()))
  kubectl([...ANNOTATE, metadata.name, REPLAY])
  const after = await eventually('it to die again', async () => {
    const letter = await letterNamed(metadata.name)
    return letter?.metadata.annotations?.['playbook.kubernaut.io/replay'] === undefined
      ? { letter }
      : undefined
  })
  expect(after.letter?.metadata.uid).toBe(metadata.uid)
})

test('one that is taken now is forgotten', async () => {
  const event = {
    specversion: '1.0',
    id: `${MARK.value}-taken`,
    source: '/tests/kept',
    type: 'com.example.nobody',
  }
  const letter = deadLetterOf(event as CloudEvent, SYSTEM)
  const labels = { ...letter.metadata.labels, [MARK.key]: MARK.value }
  await kubernetes.create(configMaps, { ...letter, metadata: { ...letter.metadata, labels } })
  kubectl([...ANNOTATE, letter.metadata.name, REPLAY])
  await eventually('the letter to be forgotten', async () =>
    (await letterNamed(letter.metadata.name)) === undefined ? true : undefined,
  )
})

/** A connection as a function's own account: with its rights, and no others. */
function connectAs(account: string): Connection {
  const cluster = loadKubeConfig().getCurrentCluster()
  if (cluster === null) throw new Error('The kubeconfig names no current cluster; set current-context.')
  const token = kubectl(['-n', SYSTEM, 'create', 'token', account]).trim()
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromClusterAndUser(cluster, { name: account, token })
  return connect(kubeConfig, Date.now)
}

/** The same API, where a list holds only what this test made. */
function ownOnly(api: Kubernetes): Kubernetes {
  return {
    ...api,
    list: (resource, selection) => {
      const labelSelector = `${selection?.labelSelector},${MARK.key}=${MARK.value}`
      return api.list(resource, { ...selection, labelSelector })
    },
  }
}

/** The sweep's own code under its own account, at another time: nobody can make a Lease that is a day old. */
function sweepAt(time: number, account: Connection): Promise<void> {
  const services = {
    kubernetes: ownOnly(createKubernetes(account)),
    clock: { now: () => time },
    config: { namespace: SYSTEM },
    log: { warn: (...given: unknown[]) => expect.fail(JSON.stringify(given)) },
    post: async () => expect.fail('nothing is to be posted'),
  }
  return sweepLedgers(services as unknown as Services)
}

test('a ledger of who was told goes after a day', async () => {
  const name = `told-${MARK.value}`
  const labels = { [LABEL.ledger]: 'true', [LABEL.told]: 'yes', [MARK.key]: MARK.value }
  const ledger = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: SYSTEM, name, labels },
  }
  await kubernetes.create(leases, ledger)
  const account = connectAs('sweep')
  const hours = (count: number) => Date.now() + count * 3_600_000
  await sweepAt(hours(23), account)
  expect(await kubernetes.get(leases, { namespace: SYSTEM, name })).toBeDefined()
  await sweepAt(hours(25), account)
  expect(await kubernetes.get(leases, { namespace: SYSTEM, name })).toBeUndefined()
  await account.close()
})
