// Reaching registries: logins by Basic and by token, TLS with a CA of one's own, and plain HTTP only where it is safe.

import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry } from '../../../local/registry/server.ts'
import { startApi } from '../api.ts'
import { putPlaybook } from '../bundle/folders.ts'
import { call, makeScratch, type Scratch } from '../kit.ts'

const LOGIN = { username: 'writer', password: 'secret' }

let scratch: Scratch
let folder: string

beforeAll(async () => {
  scratch = await makeScratch()
  folder = await putPlaybook(scratch, 'restart')
})
afterAll(() => scratch[Symbol.asyncDispose]())

async function loggedIn(host: string, password = LOGIN.password): Promise<Record<string, string>> {
  const auth = Buffer.from(`${LOGIN.username}:${password}`).toString('base64')
  await scratch.put(`docker-${host}-${password}/config.json`, JSON.stringify({ auths: { [host]: { auth } } }))
  return { DOCKER_CONFIG: `${scratch.folder}/docker-${host}-${password}` }
}

describe.each(['basic', 'bearer'] as const)('a registry that asks for %s', scheme => {
  test('takes the login of docker, and no other', async () => {
    const local = await startRegistry({ auth: { ...LOGIN, scheme } })
    const words = ['push', folder, `${local.host}/a/b:v1`]
    expect(await call(words)).toMatchObject({ code: 3, err: expect.stringMatching(/401/) })
    expect(await call(words, { env: await loggedIn(local.host, 'wrong') })).toMatchObject({ code: 3 })
    expect(await call(words, { env: await loggedIn(local.host) })).toMatchObject({ code: 0, err: '' })
    await local.close()
  })
})

test('the logins of a pull secret are taken from the cluster', async () => {
  const local = await startRegistry({ auth: LOGIN })
  const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')
  const config = JSON.stringify({ auths: { [local.host]: { auth } } })
  const secret = {
    metadata: { name: 'logins' },
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  }
  await using api = await startApi((request, response) => {
    const isThere = request.url === '/api/v1/namespaces/ours/secrets/logins'
    response
      .writeHead(isThere ? 200 : 404)
      .end(JSON.stringify(isThere ? secret : { kind: 'Status', code: 404 }))
  })
  const push = (name: string) =>
    call(['push', folder, `${local.host}/a/b:v1`, '--pull-secret', name, '--kubeconfig', api.kubeconfig])
  expect(await push('ours/logins')).toMatchObject({ code: 0, err: '' })
  expect(await push('none')).toMatchObject({ code: 3, err: expect.stringMatching(/no Secret default\/none/) })
  await local.close()
})

describe('TLS', () => {
  let server: Server
  let host: string

  beforeAll(async () => {
    const at = (name: string): string => `${scratch.folder}/${name}`
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1']
    const out = ['-subj', '/CN=test', '-keyout', at('key.pem'), '-out', at('cert.pem')]
    const name = ['-addext', 'subjectAltName=IP:127.0.0.1']
    const made = spawnSync('openssl', ['req', '-x509', ...key, ...out, ...name])
    if (made.status !== 0) throw new Error(`openssl could not make a certificate: ${made.stderr}`)
    const files = { key: readFileSync(at('key.pem')), cert: readFileSync(at('cert.pem')) }
    server = createServer(files, (_, response) => response.writeHead(404).end())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
  })

  test('with a certificate of nobody we know is refused, with what to do', async () => {
    const said = await call(['pull', `${host}/a`, `${scratch.folder}/never`])
    expect(said).toMatchObject({ code: 3, err: expect.stringMatching(/is not trusted .* --ca-file/) })
  })

  test('with its CA given is spoken', async () => {
    const words = ['pull', `${host}/a`, `${scratch.folder}/never`, '--ca-file', `${scratch.folder}/cert.pem`]
    expect(await call(words)).toMatchObject({ code: 3, err: expect.stringMatching(/answered 404/) })
  })
})
