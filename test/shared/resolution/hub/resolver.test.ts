// The cases of Tekton's own test (pkg/remoteresolution/resolver/hub), and what keeps names from becoming paths.

import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { createNetwork } from '../../../../shared/network/fetch.ts'
import { createHubResolver } from '../../../../shared/resolution/hub/resolver.ts'
import { closeAll, serve } from '../../network/servers.ts'
import { type Asked, ask, PIPELINE, requestOf, TASK } from '../requests.ts'
import { type HubServer, type Packages, serveHub } from './hub-server.ts'

afterEach(closeAll)

const CLONE = { '0.1.0': `${TASK}# 0.1`, '0.6.0': TASK, '0.7.0-rc.1': `${TASK}# rc` }
const PACKAGES: Packages = {
  'task/tekton-catalog-tasks/git-clone': CLONE,
  'pipeline/tekton-catalog-pipelines/build': { '1.0.0': PIPELINE },
  'task/Tekton/git-clone': { '0.1': `${TASK}# 0.1`, '0.6': TASK },
  'stepaction/steps/fetch': { '1.0.0': TASK },
}
const { fetch } = createNetwork({ environment: { ALLOWED_ADDRESSES: '127.0.0.1' } })
const resolverFor = (environment: Record<string, string> = {}) => createHubResolver({ fetch, environment })

function from(hub: HubServer, params: Record<string, string>, asked: Asked = {}) {
  const resolver = resolverFor({ ARTIFACT_HUB_API: hub.url, TEKTON_HUB_API: `${hub.url}/` })
  return ask(resolver, { name: 'git-clone', ...params }, asked)
}

describe('parameters that are refused', () => {
  const good = { name: 'git-clone', version: '0.6' }
  test.each<[Record<string, string>, string]>([
    [
      { name: '', version: '' },
      'failed to validate params: missing required hub resolver params: name, version',
    ],
    [{ name: '' }, 'failed to validate params: missing required hub resolver params: name'],
    [
      { kind: 'clustertask' },
      'failed to validate params: kind param must be one of: task, pipeline, stepaction',
    ],
    [{ type: 'other' }, 'failed to validate params: type param must be artifact or tekton'],
    [{ type: 'constructor' }, 'failed to validate params: type param must be artifact or tekton'],
    [
      { type: 'tekton' },
      'failed to validate params: please configure TEKTON_HUB_API env variable to use tekton type',
    ],
    [
      { kind: 'stepaction' },
      'failed to populate default params: failed to resolve catalog name with kind: stepaction',
    ],
    [{ url: 'hub' }, 'failed to validate params: invalid url param: url must be a valid absolute URL: hub'],
    [
      { url: 'ftp://hub' },
      'failed to validate params: invalid url param: url must use http or https scheme: ftp://hub',
    ],
    [{ url: 'http://hub/?a=b' }, 'failed to validate params: invalid url param'],
    [{ name: '..' }, '".." is no name of a package, a catalog or a version'],
    [{ catalog: '.' }, '"." is no name of a package, a catalog or a version'],
    [{ version: '..' }, '".." is no name of a package, a catalog or a version'],
  ])('%j', (params, message) => {
    expect(() => resolverFor().validate(requestOf({ ...good, ...params }).params, {})).toThrow(message)
  })
})

test('a URL of slashes is read in no time', { timeout: 5_000 }, () => {
  const params = new Map([
    ['name', 'a'],
    ['version', '1.0.0'],
    ['url', `http://hub/${'/'.repeat(200_000)}x/`],
  ])
  resolverFor().validate(params, {})
})

describe('an object', () => {
  test("is the hub's, with its address and digest as its source", async () => {
    const hub = await serveHub(PACKAGES)
    expect(await from(hub, { version: '0.6' })).toEqual({
      data: TASK,
      annotations: {},
      refSource: {
        uri: `${hub.url}/api/v1/packages/tekton-task/tekton-catalog-tasks/git-clone/0.6.0`,
        digest: { sha256: createHash('sha256').update(TASK).digest('hex') },
      },
    })
  })

  test.each<[Record<string, string>, string]>([
    [{ version: '0.6.0' }, TASK],
    [{ version: '>= 0.1.0' }, TASK],
    [{ version: '< 0.6' }, CLONE['0.1.0']],
    [{ kind: 'pipeline', name: 'build', version: '1.0.0' }, PIPELINE],
    [{ kind: 'stepaction', catalog: 'steps', name: 'fetch', version: '~> 1.0' }, TASK],
    [{ type: 'tekton', version: '0.6' }, TASK],
    [{ type: 'tekton', version: '0.6.0' }, TASK],
    [{ type: 'tekton', version: '>= 0.1, < 0.6' }, CLONE['0.1.0']],
  ])('is found by %j', async (params, data) => {
    expect(await from(await serveHub(PACKAGES), params)).toMatchObject({ data })
  })

  test('has its kind, type and catalog from the ConfigMap', async () => {
    const hub = await serveHub({ 'pipeline/own/git-clone': { '1.0': PIPELINE } })
    const settings = {
      'default-type': 'tekton',
      'default-kind': 'pipeline',
      'default-tekton-hub-catalog': 'own',
    }
    expect(await from(hub, { version: '1.0' }, { settings })).toMatchObject({ data: PIPELINE })
  })
})

describe('an object that is not there', () => {
  test('is not found', async () => {
    const hub = await serveHub(PACKAGES)
    await expect(from(hub, { version: '9' })).rejects.toThrow(
      `fail to fetch Artifact Hub resource: requested resource '${hub.url}/api/v1/packages/tekton-task/tekton-catalog-tasks/git-clone/9' not found on hub`,
    )
    await expect(from(hub, { version: '>= 9' })).rejects.toThrow('no version found for constraint >= 9')
  })

  test.each([429, 503])('because the hub answers %d may be there later', async status => {
    const hub = await serveHub(PACKAGES)
    hub.fail(status)
    await expect(from(hub, { version: '0.6' })).rejects.toMatchObject({ mayPass: true })
  })

  test.each(['<html>', '{}', '{"data":{"manifestRaw":7}}'])('because the hub answers %s', async text => {
    const { url } = await serve((_, response) => response.end(text))
    await expect(ask(resolverFor(), { name: 'a', version: '1', url })).rejects.toThrow(
      'fail to fetch Artifact Hub',
    )
  })

  test('because the hub sends no end of it', async () => {
    const { url } = await serve((_, response) => response.end('x'.repeat(5 * 1024 * 1024)))
    await expect(ask(resolverFor(), { name: 'a', version: '1', url })).rejects.toThrow('sent more than the')
  })
})

describe('several hubs', () => {
  const listing = (...hubs: HubServer[]) => ({
    settings: { 'artifact-hub-urls': hubs.map(({ url }) => `- ${url}/\n`).join('') },
  })

  test('are asked in order until one has it', async () => {
    const hubs = [await serveHub({}), await serveHub(PACKAGES), await serveHub(PACKAGES)] as const
    const resolver = resolverFor({ ARTIFACT_HUB_API: 'http://127.0.0.9' })
    expect(await ask(resolver, { name: 'git-clone', version: '>= 0.1' }, listing(...hubs))).toMatchObject({
      data: TASK,
    })
    expect(hubs.map(({ asked }) => asked.length)).toEqual([1, 2, 0])
  })

  test('that all fail are all named, and one that is down may be up later', async () => {
    const hubs = [await serveHub({}), await serveHub({})] as const
    hubs[0].fail(503)
    const answer = ask(resolverFor(), { name: 'git-clone', version: '1' }, listing(...hubs))
    await expect(answer).rejects.toMatchObject({
      mayPass: true,
      message: expect.stringMatching(
        /^failed to fetch resource from any configured hub URL: .*503.*; .*not found on hub$/,
      ),
    })
  })

  test('are not asked where the first has no version for the constraint', async () => {
    const hubs = [await serveHub(PACKAGES), await serveHub(PACKAGES)] as const
    const answer = ask(resolverFor(), { name: 'git-clone', version: '> 7' }, listing(...hubs))
    await expect(answer).rejects.toThrow('no version found for constraint > 7')
    expect(hubs[1].asked).toEqual([])
  })

  test('must be a list of URLs', () => {
    const { params } = requestOf({ name: 'a', version: '1' })
    expect(() => resolverFor().validate(params, { 'artifact-hub-urls': 'a: b' })).toThrow(
      'must be a YAML list of URLs',
    )
  })
})

test('names stay names: what looks like a path or a query is escaped', async () => {
  const hub = await serveHub({})
  const odd = { name: '../../admin?x=1#y', catalog: 'a/b', version: '%2e%2e/z' }
  await expect(from(hub, odd)).rejects.toThrow('not found on hub')
  expect(hub.asked).toEqual(['/api/v1/packages/tekton-task/a%2Fb/..%2F..%2Fadmin%3Fx%3D1%23y/%252e%252e%2Fz'])
})

test('a hub that a user names within our own machine is refused', async () => {
  const params = { name: 'a', version: '1', url: 'http://localhost:8080' }
  const closed = createHubResolver({ ...createNetwork({ environment: {} }), environment: {} })
  await expect(ask(closed, params)).rejects.toThrow('localhost is a loopback address')
})
