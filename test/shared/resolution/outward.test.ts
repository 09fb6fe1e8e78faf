// Whatever a resolver is asked for, it does not reach into its own machine unless an operator says so.

import { afterAll, expect, test } from 'vitest'
import { fetchFor } from '../../../shared/network/fetch.ts'
import { RESOLVERS, type Tools } from '../../../shared/resolution/resolvers.ts'
import { closeAll, serve } from '../network/servers.ts'
import { requestOf } from './requests.ts'

afterAll(closeAll)

const file = { revision: 'main', pathInRepo: 'a.yaml' }

test.each<[string, (host: string) => Record<string, string>]>([
  ['bundles', host => ({ bundle: `${host}/a/b:v1`, name: 'a', kind: 'task' })],
  ['http', host => ({ url: `http://${host}/a.yaml` })],
  ['hub', host => ({ url: `http://${host}`, name: 'a', version: '1.0.0' })],
  ['git', host => ({ ...file, url: `http://${host}/a.git` })],
  [
    'git',
    host => ({ ...file, org: 'a', repo: 'b', scmType: 'gitea', serverURL: `http://${host}`, token: 'mine' }),
  ],
])('%s', async (type, paramsFor) => {
  let asked = 0
  const { port } = await serve((_, response) => {
    asked += 1
    response.end()
  })
  const environment = { PATH: process.env.PATH }
  const tools = {
    environment,
    plainHttpRegistries: [],
    fetch: fetchFor({ types: [type], environment }),
  } as unknown as Tools
  const resolver = await RESOLVERS[type]?.load(tools)
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
    const request = requestOf(paramsFor(host), { secrets: { 'team-a/mine/token': 't' } })
    const answer = resolver?.resolve(request, new AbortController().signal)
    await expect(answer).rejects.toThrow('a loopback address, which may not be reached')
  }
  expect(asked).toBe(0)
})
