// `playbook logs`, against an API server that knows one run and its pods.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { LABEL } from '../../shared/remediation/marks.ts'
import { type Api, startApi } from './api.ts'
import { call } from './kit.ts'

const CORRELATION = 'a'.repeat(40)
const RUN = `rem-${CORRELATION}`
const OTHER = `rem-${'b'.repeat(40)}`

function runCalled(name: string): object {
  const labels = { [LABEL.correlation]: name.slice('rem-'.length) }
  return { metadata: { namespace: 'ours', name, labels }, spec: { params: [] } }
}

function pod(name: string, task: string, creationTimestamp: string): object {
  const containers = [{ name: 'step-look' }, { name: 'sidecar-x' }, { name: 'step-act' }]
  return {
    metadata: { name, creationTimestamp, labels: { 'tekton.dev/pipelineTask': task } },
    spec: { containers },
  }
}

const PODS = {
  items: [pod('two', 'second', '2026-01-01T00:00:02Z'), pod('one', 'first', '2026-01-01T00:00:01Z')],
}
const ANSWERS: Readonly<Record<string, string>> = {
  [`/apis/tekton.dev/v1/namespaces/ours/pipelineruns/${RUN}`]: JSON.stringify(runCalled(RUN)),
  [`/apis/tekton.dev/v1/namespaces/ours/pipelineruns/${OTHER}`]: JSON.stringify(runCalled(OTHER)),
  [`/api/v1/namespaces/ours/pods?labelSelector=tekton.dev%2FpipelineRun%3D${RUN}`]: JSON.stringify(PODS),
  [`/api/v1/namespaces/ours/pods?labelSelector=tekton.dev%2FpipelineRun%3D${OTHER}`]: '{"items":[]}',
  '/api/v1/namespaces/ours/pods/one/log?container=step-look': 'a\nb\n',
  '/api/v1/namespaces/ours/pods/one/log?container=step-act': 'c\n',
  '/api/v1/namespaces/ours/pods/two/log?container=step-look': 'd\n',
  '/api/v1/namespaces/ours/pods/one/log?container=step-look&tailLines=1': 'b\n',
}

let api: Api
let cluster: string[]

beforeAll(async () => {
  api = await startApi((request, response) => {
    const answer = ANSWERS[request.url ?? '']
    if (answer !== undefined) return response.end(answer)
    const code = request.url?.includes('/log?') ? 400 : 404
    const status = { kind: 'Status', code, reason: code === 400 ? 'BadRequest' : 'NotFound', message: 'no' }
    response.writeHead(code).end(JSON.stringify(status))
  })
  cluster = ['--kubeconfig', api.kubeconfig, '-n', 'ours']
})
afterAll(() => api[Symbol.asyncDispose]())

test('each line says which task and step wrote it, in the order in which they began', async () => {
  const said = await call(['logs', RUN, ...cluster])
  expect(said).toEqual({
    code: 0,
    err: '',
    out: [
      '[first : look] a',
      '[first : look] b',
      '[first : act] c',
      '[second : look] d',
      '[second : act] (has not begun)',
      '',
    ].join('\n'),
  })
})

test('in JSON, and only the last lines', async () => {
  const { out } = await call(['logs', RUN, ...cluster, '--tail', '1', '-o', 'json'])
  expect(JSON.parse(out).steps[0]).toEqual({ task: 'first', step: 'look', pod: 'one', log: 'b\n' })
})

test.each([
  [['logs', OTHER], /has no pods/],
  [['logs', RUN, '--tail', 'x'], /a number of lines/],
])('%j', async (words, message) => {
  expect(await call([...words, ...cluster])).toMatchObject({ code: 3, err: expect.stringMatching(message) })
})
