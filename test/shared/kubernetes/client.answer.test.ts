// What the client makes of the API server's answers: pages, what is not there, and refusals.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pipelineRuns, playbooks } from '../../../shared/kubernetes/resources.ts'
import { type Api, refusing, startApi } from './kit.ts'

let api: Api
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

const KEY = { namespace: 'a', name: 'rem-1' }
const RUN = { metadata: { ...KEY, resourceVersion: '7' } }
const RUNS = '/apis/tekton.dev/v1/namespaces/a/pipelineruns'

describe('list', () => {
  it('follows the pages to the end', async () => {
    const pages: Record<string, object> = {
      '': { items: [{ metadata: { name: 'a' } }], metadata: { resourceVersion: '9', continue: 'c2 +/' } },
      'c2 +/': { items: [{ metadata: { name: 'b' } }], metadata: { resourceVersion: '9', continue: 'c3' } },
      c3: { items: [{ metadata: { name: 'c' } }], metadata: { resourceVersion: '9', continue: '' } },
    }
    api.answer = ({ path }, response) => {
      const page = new URL(path, 'http://api').searchParams.get('continue') ?? ''
      response.end(JSON.stringify(pages[page]))
    }
    const { items, resourceVersion } = await api.kubernetes.list(playbooks)
    expect([items.map(item => item.metadata.name), resourceVersion]).toEqual([['a', 'b', 'c'], '9'])
    expect(api.asked.map(asked => new URL(asked.path, 'http://api').pathname)).toEqual(
      Array(3).fill('/apis/playbook.kubernaut.io/v1alpha1/playbooks'),
    )
  })

  it('asks for a namespace, a label, and pages', async () => {
    api.answer = (_, response) => void response.end('{"items":[],"metadata":{"resourceVersion":"1"}}')
    await api.kubernetes.list(pipelineRuns, { namespace: 'a', labelSelector: 'x=y,!z' })
    const { pathname, searchParams } = new URL(api.asked[0]?.path ?? '', 'http://api')
    expect([pathname, Object.fromEntries(searchParams)]).toEqual([
      RUNS,
      { labelSelector: 'x=y,!z', limit: '500' },
    ])
  })
})

describe('what is refused', () => {
  it('a get of what is not there is undefined', async () => {
    api.answer = refusing(404, 'NotFound', 'pipelineruns "rem-1" not found')
    expect(await api.kubernetes.get(pipelineRuns, KEY)).toBeUndefined()
  })

  const acts: [string, () => Promise<unknown>][] = [
    ['create', () => api.kubernetes.create(pipelineRuns, RUN)],
    ['patch', () => api.kubernetes.patch(pipelineRuns, KEY, {})],
    ['remove', () => api.kubernetes.remove(pipelineRuns, KEY)],
    ['list', () => api.kubernetes.list(pipelineRuns)],
  ]
  it.each(acts)('404 of %s is an error', async (_, act) => {
    api.answer = refusing(404, 'NotFound', 'namespaces "a" not found')
    await expect(act()).rejects.toMatchObject({ name: 'KubernetesError', status: 404, reason: 'NotFound' })
  })

  it.each([
    [409, 'AlreadyExists', 'pipelineruns "rem-1" already exists'],
    [409, 'Conflict', 'the object has been modified'],
    [403, 'Forbidden', 'exceeded quota: pods'],
    [422, 'Invalid', 'spec.params is wrong'],
    [429, 'TooManyRequests', 'slow down'],
  ])('%i %s keeps its status, reason and sentence', async (status, reason, message) => {
    api.answer = refusing(status, reason, message)
    await expect(api.kubernetes.create(pipelineRuns, RUN)).rejects.toMatchObject({
      name: 'KubernetesError',
      status,
      reason,
      message,
    })
  })

  it('an answer that is no Status keeps its beginning', async () => {
    api.answer = (_, response) => void response.writeHead(502).end(`<html>${'x'.repeat(1000)}`)
    const refusal = expect.objectContaining({
      status: 502,
      reason: 'Unknown',
      message: expect.stringMatching(/^<html>x{494}$/),
    })
    await expect(api.kubernetes.get(pipelineRuns, KEY)).rejects.toEqual(refusal)
  })
})
