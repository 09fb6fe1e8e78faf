// What lacks of rights, from an API server that answers each review; and a cluster that tells nothing.

import { json } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Finding } from '../../../cli/doctor/check.ts'
import { type Api, startApi } from '../api.ts'
import { call } from '../kit.ts'

interface Review {
  readonly spec: { readonly user?: string; readonly resourceAttributes: { verb: string; resource: string } }
}

let api: Api
/** Whether somebody may; undefined where that may not be asked. */
let judge: (review: Review) => boolean | undefined

beforeEach(async () => {
  api = await startApi(async (request, response) => {
    const review = request.method === 'POST' ? ((await json(request)) as Review) : undefined
    const allowed = review === undefined ? undefined : judge(review)
    if (allowed !== undefined) return response.end(JSON.stringify({ status: { allowed } }))
    const status = { kind: 'Status', reason: 'Forbidden', message: 'may not' }
    return response.writeHead(403).end(JSON.stringify(status))
  })
})
afterEach(() => api[Symbol.asyncDispose]())

async function examine() {
  const said = await call(['doctor', '--kubeconfig', api.kubeconfig, '-o', 'json'])
  const findings: Finding[] = JSON.parse(said.out).findings
  return { code: said.code, findings }
}

test('a right that a function lacks fails, one of the person’s own is a warning', async () => {
  judge = ({ spec: { user = '', resourceAttributes: about } }) =>
    !(user.endsWith(':execute') && about.verb === 'create' && about.resource === 'pipelineruns') &&
    !(user === '' && about.resource === 'services')
  const { code, findings } = await examine()
  expect(code).toBe(1)
  expect(findings.filter(({ status }) => status === 'fail')).toEqual([
    {
      check: 'rights/execute',
      status: 'fail',
      message: 'execute may not create pipelineruns.',
      fix: 'kubectl apply -f triggers/rbac.yaml',
    },
  ])
  expect(findings).toContainEqual({
    check: 'my-rights',
    status: 'warn',
    message: 'You may not create services/proxy: run (or give --broker).',
  })
})

test('what may not be read is not known to be right, and no failure', async () => {
  judge = () => undefined
  const { code, findings } = await examine()
  expect(code).toBe(0)
  expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(['warn']))
})
