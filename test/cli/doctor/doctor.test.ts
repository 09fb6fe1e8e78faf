// `playbook doctor`: a cluster that lacks nothing, and one thing broken at a time.

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Finding } from '../../../cli/doctor/check.ts'
import { deployments } from '../../../cli/doctor/platform.ts'
import { brokers, configMaps, resource, serviceAccounts } from '../../../shared/kubernetes/resources.ts'
import { registered } from '../../kit/playbooks.ts'
import { analysis, begin, finish } from '../../kit/remediations.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'
import { call, makeScratch, type Scratch } from '../kit.ts'
import { healthyCluster, SYSTEM } from './healthy.ts'

let stage: Stage
let scratch: Scratch
let kubeconfig: string

const triggers = resource('eventing.knative.dev/v1', 'Trigger', 'triggers')
const sources = resource('sources.knative.dev/v1', 'ApiServerSource', 'apiserversources')
const bindings = resource(
  'admissionregistration.k8s.io/v1',
  'ValidatingAdmissionPolicyBinding',
  'validatingadmissionpolicybindings',
  false,
)
const TEKTON = 'tekton-pipelines'

const KINDS = { Broker: brokers, Trigger: triggers, ApiServerSource: sources, Deployment: deployments }

beforeEach(async () => {
  scratch = await makeScratch()
  stage = await startStage()
  for (const [object, status] of await healthyCluster()) {
    await stage.apply(object)
    const kind = object.kind ?? ''
    const known =
      kind === 'PingSource'
        ? resource('sources.knative.dev/v1', 'PingSource', 'pingsources')
        : KINDS[kind as keyof typeof KINDS]
    const { namespace, name } = object.metadata
    if (status !== undefined)
      await stage.kubernetes.patch(known, { namespace, name }, { status }, { subresource: 'status' })
  }
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: TENANT },
  }
  await stage.apply(account)
  await registered(stage, 'scale')
  kubeconfig = await scratch.put('kubeconfig', stage.api.kubeconfig('ann'))
})
afterEach(async () => {
  await stage[Symbol.asyncDispose]()
  await scratch[Symbol.asyncDispose]()
})

async function examine(...words: string[]) {
  const said = await call(['doctor', '--kubeconfig', kubeconfig, '-o', 'json', ...words], { now: Date.now() })
  expect(said.err).toBe('')
  const value = JSON.parse(said.out)
  const findings: Finding[] = value.findings
  return { code: said.code, value, bad: findings.filter(({ status }) => status !== 'ok') }
}

test('a cluster that lacks nothing', async () => {
  const { code, value, bad } = await examine()
  expect(bad).toEqual([])
  expect({ code, healthy: value.healthy }).toEqual({ code: 0, healthy: true })
  const said = await call(['doctor', '--kubeconfig', kubeconfig], { now: Date.now(), isTerminal: true })
  expect(said.out).toContain('\u001b[32mok\u001b[0m')
  expect(said.out).not.toContain('WHAT PUTS IT RIGHT')
})

const patched = (place: string, name: string, data: object) => () =>
  stage.kubernetes.patch(configMaps, { namespace: place, name }, { data })
const removed = (kind: ReturnType<typeof resource>, namespace: string | undefined, name: string) => () =>
  stage.kubernetes.remove(kind, { namespace, name })
const unready = (kind: ReturnType<typeof resource>, name: string, status: object) => () =>
  stage.kubernetes.patch(kind, { namespace: SYSTEM, name }, { status }, { subresource: 'status' })
const NOT_READY = {
  conditions: [{ type: 'Ready', status: 'False', reason: 'Gone', message: 'no subscriber' }],
}

type Row = readonly [check: string, harm: () => Promise<unknown>, message: RegExp, fix: RegExp]

const ROWS: readonly Row[] = [
  [
    'feature-flags',
    patched(TEKTON, 'feature-flags', { 'enable-api-fields': 'stable' }),
    /enable-api-fields is stable/,
    /kubectl patch configmap feature-flags .*"enable-api-fields":"beta"/,
  ],
  [
    'event-sink',
    patched(TEKTON, 'config-events', { sink: 'http://theirs' }),
    /http:\/\/theirs, which is not our Broker/,
    /watch-runs/,
  ],
  [
    'triggers/execute',
    unready(triggers, 'execute', NOT_READY),
    /Gone: no subscriber/,
    /describe trigger execute/,
  ],
  ['apiserversources/runs', removed(sources, SYSTEM, 'runs'), /not there/, /apply -k triggers/],
  ['functions/notify', removed(deployments, SYSTEM, 'notify'), /not deployed/, /npm run deploy/],
  [
    'functions/sweep',
    unready(deployments, 'sweep', { readyReplicas: 0 }),
    /no ready pod/,
    /describe deployment sweep/,
  ],
  [
    'resolver',
    removed(deployments, 'tekton-pipelines-resolvers', 'tekton-pipelines-remote-resolvers'),
    /Nobody resolves bundles/,
    /rollout status/,
  ],
  [
    'admission/playbook-functions-approval',
    removed(bindings, undefined, 'playbook-functions-approval'),
    /may approve it/,
    /apply -k triggers/,
  ],
  [
    'admission/playbook-functions-inline',
    removed(bindings, undefined, 'playbook-functions-inline'),
    /call any Pipeline of theirs a remediation/,
    /apply -k triggers/,
  ],
  [
    'admission/playbook-functions-playbooks',
    removed(bindings, undefined, 'playbook-functions-playbooks'),
    /runs made that they may not make/,
    /apply -k triggers/,
  ],
  [
    'accounts/remediation/scale',
    removed(serviceAccounts, TENANT, 'default'),
    /default of its runs does not exist/,
    /create serviceaccount default/,
  ],
]

const OTHERS: readonly Row[] = [
  [
    'event-sink',
    patched(TEKTON, 'config-events', { formats: 'other' }),
    /not tektonv1/,
    /kubectl patch configmap config-events .*"sink":"http:\/\/broker-ingress/,
  ],
]

const WITHOUT: readonly Row[] = [
  ['broker', removed(brokers, SYSTEM, 'playbooks'), /There is no Broker/, /kubectl apply -k triggers/],
]

test.each([
  ['all that may be wrong at once', ROWS],
  ['another format of events', OTHERS],
  ['no Broker', WITHOUT],
])('%s is found, with what puts it right', async (_, rows) => {
  for (const [, harm] of rows) await harm()
  const { code, bad } = await examine()
  for (const [check, , message, fix] of rows) {
    const found = bad.find(each => each.check === check)
    expect(found, check).toMatchObject({ status: 'fail', message: expect.stringMatching(message) })
    expect(found?.fix).toMatch(fix)
  }
  expect(code).toBe(1)
})

test('a source that watches all runs takes the place of the sink', async () => {
  await stage.kubernetes.patch(
    configMaps,
    { namespace: TEKTON, name: 'config-events' },
    { data: { sink: '' } },
  )
  const selector = { matchExpressions: [{ key: 'playbook.kubernaut.io/correlation', operator: 'Exists' }] }
  const resources = [{ apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', selector }]
  await stage.kubernetes.patch(sources, { namespace: SYSTEM, name: 'runs' }, { spec: { resources } })
  expect((await examine()).bad).toEqual([])
})

test('a registry that the cluster does not reach, and letters that died', async () => {
  await stage.kubernetes.patch(
    resource('playbook.kubernaut.io/v1alpha1', 'Playbook', 'playbooks'),
    { namespace: TENANT, name: 'scale' },
    {
      status: {
        conditions: [
          {
            type: 'Ready',
            status: 'Unknown',
            reason: 'RegistryUnavailable',
            message: 'no answer',
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
    },
    { subresource: 'status' },
  )
  await stage.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: SYSTEM, name: 'dead-x', labels: { 'playbook.kubernaut.io/dead-letter': 'true' } },
  })
  const { bad } = await examine()
  expect(bad).toMatchObject([
    { check: 'dead-letters', status: 'warn' },
    { check: `registry/${stage.registry.host}`, status: 'fail', message: 'RegistryUnavailable: no answer' },
    { check: `playbooks/${TENANT}/scale`, status: 'warn' },
  ])
})

test('the metrics are those of the runs', async () => {
  const { run } = await begin(stage, 'one', analysis('scale', 'web'))
  await finish(stage, run)
  const other = await begin(stage, 'two', analysis('scale', 'other'))
  await finish(stage, other.run, 'Failed')
  const { value, code } = await examine('-n', TENANT)
  expect(value.metrics).toMatchObject([
    { metric: 'execution-success', value: 50, unit: '%', status: 'warn', message: '1 of 2 runs succeeded' },
    { metric: 'version-mismatches', value: 0, status: 'ok' },
    // Nothing plays Tekton here: the runs have no tasks.
    { metric: 'visibility', value: 0, status: 'warn', message: 'Tekton shows 0 of 2 runs' },
    { metric: 'onboarding', status: 'ok', unit: 's' },
  ])
  expect(code).toBe(0)
})
