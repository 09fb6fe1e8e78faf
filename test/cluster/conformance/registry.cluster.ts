// Real registries against the table that the local one passes, and against our own client.

import { randomUUID } from 'node:crypto'
import { Agent } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromDockerConfig } from '../../../shared/oci/credentials.ts'
import { performRow, type RegistryUnderTest } from '../../conformance/registry.perform.ts'
import type { Feature } from '../../conformance/registry.row.ts'
import { registryRows } from '../../conformance/registry.rows.ts'
import { setting } from '../cluster.ts'
import {
  type DockerRegistry,
  type DockerRegistryOptions,
  LOGIN,
  missingDockerRegistry,
  startDockerRegistry,
} from '../docker-registry.ts'
import { fetchThrough } from '../fetch.ts'
import { makeRoundTrip } from './registry.roundtrip.ts'

/** The table against one registry; `open` is asked once, before the first row. */
function holdAgainstTable(features: readonly Feature[], open: () => Promise<string> | string): void {
  let registry: RegistryUnderTest

  beforeAll(async () => {
    const prefix = `conformance-${randomUUID().slice(0, 8)}/`
    registry = { url: `http://${await open()}`, prefix, features, upload: '' }
  })

  const rows = registryRows.filter(({ needs }) => needs === undefined || features.includes(needs))
  test.each(rows)('$name', async row => {
    expect(await performRow(row, registry)).toEqual([])
  })
}

describe("the cluster's registry", () => {
  holdAgainstTable([], () => setting('REGISTRY'))

  test('takes and gives bundles', () => makeRoundTrip({ host: setting('REGISTRY') }))
})

const withReferrers = process.env.REGISTRY_REFERRERS ?? ''

describe.skipIf(withReferrers === '')('a registry with the referrers API, at REGISTRY_REFERRERS', () => {
  holdAgainstTable(['referrers', 'ranges'], () => withReferrers)

  test('takes and gives bundles', () => makeRoundTrip({ host: withReferrers, referrers: true }))
})

const missing = missingDockerRegistry()
if (missing !== undefined) process.stderr.write(`Not held against Debian's registry: ${missing}.\n`)

describe.skipIf(missing !== undefined)("Debian's docker-registry", () => {
  const started: DockerRegistry[] = []

  async function start(options?: DockerRegistryOptions): Promise<DockerRegistry> {
    const registry = await startDockerRegistry(options)
    started.push(registry)
    return registry
  }

  afterAll(async () => {
    await Promise.all(started.map(registry => registry[Symbol.asyncDispose]()))
  })

  holdAgainstTable(['checks', 'uploads'], async () => (await start()).host)

  test('takes and gives bundles', async () => {
    const { host } = await start()
    await makeRoundTrip({ host, referrers: false })
  })

  test('takes and gives bundles with the right login only', async () => {
    const { host } = await start({ login: true })
    const withPassword = (password: string) =>
      makeRoundTrip({
        host,
        referrers: false,
        client: { credentials: fromDockerConfig({ auths: { [host]: { ...LOGIN, password } } }) },
      })
    await withPassword(LOGIN.password)
    await expect(withPassword('wrong')).rejects.toMatchObject({ reason: 'unauthorized', status: 401 })
    await expect(makeRoundTrip({ host })).rejects.toMatchObject({ reason: 'unauthorized', status: 401 })
  })

  test('takes and gives bundles over TLS to who trusts its CA only', async () => {
    const { host, ca } = await start({ tls: true })
    const dispatcher = new Agent({ connect: { ca: ca ?? '' } })
    await makeRoundTrip({ host, referrers: false, client: { fetch: fetchThrough(dispatcher) } })
    await dispatcher.close()
    const retry = { retries: 0, pause: 1 }
    await expect(makeRoundTrip({ host, client: { retry } })).rejects.toMatchObject({ reason: 'unavailable' })
  })
})
