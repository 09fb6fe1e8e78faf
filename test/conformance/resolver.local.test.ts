// Every resolver of ours, and the template for others, against remotes in this process.

import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { createMirrorResolver } from '../../examples/resolvers/mirror.ts'
import type { KubernetesObject, Resource } from '../../shared/kubernetes/resources.ts'
import { createBundlesResolver } from '../../shared/resolution/bundles/resolver.ts'
import { createClusterResolver } from '../../shared/resolution/cluster/resolver.ts'
import { createDiskResolver } from '../../shared/resolution/disk/resolver.ts'
import { createPlaybookResolver } from '../../shared/resolution/playbook/resolver.ts'
import { createSecrets } from '../../shared/resolution/secrets.ts'
import { edit, pipelineText, push, registered, tell } from '../kit/playbooks.ts'
import { type Stage, startStage, TENANT } from '../kit/stage.ts'
import { defineResolverConformance, type ResolverWorld } from './resolver.ts'

/** Counts what goes out. */
function counting(): { fetch: typeof globalThis.fetch; asked: () => number } {
  let count = 0
  const fetch: typeof globalThis.fetch = (input, init) => {
    count += 1
    return globalThis.fetch(input, init)
  }
  return { fetch, asked: () => count }
}

/** Blanks, until the other side has had enough. */
function endless(response: ServerResponse): void {
  const more = (): void => {
    while (response.write(' '.repeat(65_536)));
  }
  response.on('drain', more)
  more()
}

const changedPipeline = pipelineText({ description: 'another one' })

function withStage(
  build: (stage: Stage) => Promise<ResolverWorld>,
): () => Promise<ResolverWorld & AsyncDisposable> {
  return async () => {
    const stage = await startStage()
    return { ...(await build(stage)), [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() }
  }
}

describe('bundles', () => {
  defineResolverConformance(
    withStage(async stage => {
      const { fetch, asked } = counting()
      const bundle = await push(stage, 'playbooks/scale:v1')
      const params = { bundle, name: 'scale', kind: 'pipeline' }
      return {
        resolver: createBundlesResolver({ fetch, plainHttpRegistries: [] }),
        params,
        secrets: createSecrets(stage.kubernetes, TENANT),
        required: ['bundle', 'name'],
        missing: {
          params: { ...params, name: 'absent' },
          message: /^could not find object in image with kind: pipeline and name: absent$/,
        },
        invalid: [{ params: { ...params, bundle: 'UPPER' }, message: /^invalid bundle reference: / }],
        refSource: { uri: /^127\.0\.0\.1:\d+\/playbooks\/scale$/, entryPoint: 'scale' },
        asked,
        change: async () =>
          void (await push(stage, 'playbooks/scale:v1', { pack: { documents: [changedPipeline] } })),
      }
    }),
  )
})

const pipelines: Resource = {
  group: 'tekton.dev',
  version: 'v1',
  plural: 'pipelines',
  kind: 'Pipeline',
  namespaced: true,
}

describe('cluster', () => {
  defineResolverConformance(
    withStage(async stage => {
      const { kubernetes } = stage
      await kubernetes.create<KubernetesObject>(pipelines, {
        ...JSON.parse(pipelineText()),
        metadata: { name: 'scale', namespace: TENANT },
      })
      const before = stage.requests.length
      const params = { kind: 'pipeline', name: 'scale', namespace: TENANT }
      return {
        resolver: createClusterResolver(kubernetes),
        params,
        settings: { 'blocked-namespaces': 'kube-system, secret' },
        required: ['name', 'namespace'],
        missing: {
          params: { ...params, name: 'absent' },
          message: /^pipelines\.tekton\.dev "absent" not found$/,
        },
        invalid: [
          {
            params: { ...params, kind: 'secret' },
            message: /^unknown or unsupported resource kind 'secret'$/,
          },
          { params: { ...params, kind: '__proto__' }, message: /^unknown or unsupported resource kind/ },
          {
            params: { ...params, namespace: 'secret' },
            message: /^access to specified namespace secret is blocked$/,
          },
        ],
        refSource: {
          uri: /^\/apis\/tekton\.dev\/v1\/namespaces\/remediation\/pipeline\/scale@[0-9a-f-]{36}$/,
        },
        asked: () => stage.requests.length - before,
        change: async () => {
          await kubernetes.patch(
            pipelines,
            { namespace: TENANT, name: 'scale' },
            { spec: { description: 'b' } },
          )
        },
      }
    }),
  )
})

describe('playbook', () => {
  defineResolverConformance(
    withStage(async stage => {
      const { kubernetes } = stage
      const { fetch, asked } = counting()
      await registered(stage, 'scale')
      const before = stage.requests.length
      return {
        resolver: createPlaybookResolver({ kubernetes, fetch, plainHttpRegistries: [] }),
        params: { name: 'scale' },
        secrets: createSecrets(kubernetes, TENANT),
        required: ['name'],
        missing: {
          params: { name: 'scal' },
          message: /^No playbook is registered as "scal"\. The nearest name is scale\./,
        },
        invalid: [{ params: { name: 'a/b/c' }, message: /must be a playbook's name, or namespace\/name$/ }],
        refSource: { uri: /^127\.0\.0\.1:\d+\/playbooks\/[0-9a-f-]{36}$/, entryPoint: 'scale' },
        asked: () => asked() + stage.requests.length - before,
        change: async () => {
          const pack = { documents: [changedPipeline] }
          await edit(stage, 'scale', { bundle: await push(stage, 'playbooks/next:v2.0.0', { pack }) })
          await tell(stage, 'scale')
        },
      }
    }),
  )
})

describe('disk', () => {
  defineResolverConformance(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'resolver-disk-'))
    const write = (text: string): Promise<void> => writeFile(join(folder, 'scale.yaml'), text)
    await write(pipelineText())
    return {
      resolver: createDiskResolver(folder),
      params: { path: 'scale.yaml' },
      required: ['path'],
      missing: { params: { path: 'absent.yaml' }, message: /^absent\.yaml does not exist in / },
      invalid: [],
      refSource: { uri: /^file:\/\/\/.*\/scale\.yaml$/, entryPoint: 'scale.yaml' },
      asked: () => 0,
      change: () => write(changedPipeline),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    }
  })
})

describe('the template for others', () => {
  defineResolverConformance(async () => {
    const { fetch, asked } = counting()
    let text = pipelineText()
    let ending: 'whole' | 'silent' | 'half' | 'endless' = 'whole'
    const server = createServer((request, response) => {
      if (ending === 'silent') return
      if (ending === 'half')
        return void response.writeHead(200, { 'content-length': 9_000 }).write(text, () => response.destroy())
      if (ending === 'endless') return void endless(response)
      const etag = createHash('sha256').update(text).digest('base64')
      if (request.url !== '/tekton/scale/1.0.0.yaml') response.writeHead(404).end()
      else if (request.headers['if-none-match'] === etag) response.writeHead(304).end()
      else response.writeHead(200, { etag }).end(text)
    })
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const params = { name: 'scale', version: '1.0.0' }
    return {
      resolver: createMirrorResolver({ fetch }),
      params,
      settings: { 'base-url': `http://127.0.0.1:${port}/tekton/` },
      required: ['name', 'version'],
      missing: {
        params: { ...params, version: '9.9.9' },
        message: /\/tekton\/scale\/9\.9\.9\.yaml answered 404$/,
      },
      invalid: ['../secrets', 'a/b', 'a%2fb', '.hidden', '-rf'].map(name => ({
        params: { ...params, name },
        message: /^parameter "name" must be lower-case letters/,
      })),
      refSource: {
        uri: /^http:\/\/127\.0\.0\.1:\d+\/tekton\/scale\/1\.0\.0\.yaml$/,
        entryPoint: '/tekton/scale/1.0.0.yaml',
      },
      asked,
      change: async () => {
        text = changedPipeline
      },
      silence: () => {
        ending = 'silent'
      },
      breakOff: () => {
        ending = 'half'
      },
      flood: () => {
        ending = 'endless'
      },
      async [Symbol.asyncDispose]() {
        server.closeAllConnections()
        server.close()
      },
    }
  })
})
