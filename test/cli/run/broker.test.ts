// How the Broker is reached from outside: through the API server, with the right to, or by an address.

import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { brokerAddress, postEvent, serviceOf } from '../../../cli/broker.ts'
import { openCluster } from '../../../cli/cluster.ts'
import { analysisEvent } from '../../kit/events.ts'
import { type Api, startApi } from '../api.ts'
import { shellOf } from '../kit.ts'

const INGRESS = 'http://broker-ingress.knative-eventing.svc.cluster.local/kubernaut-system/playbooks'
const PROXY =
  '/api/v1/namespaces/knative-eventing/services/http:broker-ingress:80/proxy/kubernaut-system/playbooks'
const BROKER = '/apis/eventing.knative.dev/v1/namespaces/kubernaut-system/brokers/playbooks'

let api: Api
let status: number
let taken: { url: string | undefined; type: string | undefined; body: string }[]

beforeEach(async () => {
  taken = []
  status = 202
  api = await startApi(async (request, response) => {
    if (request.url === BROKER)
      return response.end(JSON.stringify({ metadata: {}, status: { address: { url: INGRESS } } }))
    taken.push({ url: request.url, type: request.headers['content-type'], body: await text(request) })
    return response.writeHead(status).end(status === 202 ? '' : '{"reason":"Forbidden","message":"may not"}')
  })
})
afterEach(() => api[Symbol.asyncDispose]())

async function open() {
  return openCluster(shellOf({}).shell, { kubeconfig: api.kubeconfig })
}

test.each([
  [INGRESS, 'http:broker-ingress:80', 'knative-eventing'],
  [
    'http://kafka-broker-ingress.knative-eventing.svc:8080/a/b',
    'http:kafka-broker-ingress:8080',
    'knative-eventing',
  ],
  ['https://broker-ingress.x.svc.cluster.local/a/b', 'https:broker-ingress:443', 'x'],
])('%s is a Service', (address, port, namespace) => {
  expect(serviceOf(address)).toMatchObject({ port, namespace })
})

test('an event goes through the API server, whole', async () => {
  await using cluster = await open()
  const event = analysisEvent('one', { strategies: [] })
  await postEvent(cluster, await brokerAddress(cluster, 'kubernaut-system'), event)
  expect(taken).toMatchObject([{ url: PROXY, type: 'application/cloudevents+json' }])
  expect(JSON.parse(taken[0]?.body ?? '')).toEqual(event)
})

test('who may not is told which right lacks, and the way around', async () => {
  await using cluster = await open()
  status = 403
  const posting = postEvent(cluster, INGRESS, analysisEvent('one', {}))
  await expect(posting).rejects.toThrow(/may not\n.*services\/proxy in knative-eventing.*port-forward/s)
})

test('another address is posted to as it is', async () => {
  await using cluster = await open()
  await postEvent(cluster, `${api.url}/tunnel`, analysisEvent('one', {}))
  expect(taken).toMatchObject([{ url: '/tunnel' }])
})
