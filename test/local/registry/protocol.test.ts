// The local registry's protocol, as the table that real registries must pass too.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalRegistry } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import { performRow, type RegistryUnderTest } from '../../conformance/registry.perform.ts'
import { B, BLOB, M, put, REFERRER } from '../../conformance/registry.row.ts'
import { registryRows } from '../../conformance/registry.rows.ts'

let local: LocalRegistry
let underTest: RegistryUnderTest

beforeAll(async () => {
  local = await startRegistry()
  const features = ['checks', 'uploads', 'ranges', 'pages', 'referrers', 'subjects'] as const
  underTest = { url: local.url, prefix: '', features, upload: '' }
})

afterAll(() => local.close())

// Where the table allows several statuses, ours keeps to the first.
test.each(registryRows)('$name', async row => {
  const status = typeof row.status === 'number' ? row.status : row.status.slice(0, 1)
  expect(await performRow({ ...row, status }, underTest)).toEqual([])
})

test('without the referrers API its path is unknown, and no subject is reported', async () => {
  const plain = await startRegistry({ referrers: false })
  await fetch(`${plain.url}/v2/a/blobs/uploads/?digest=${B}`, { method: 'POST', body: BLOB })
  const pushed = await fetch(`${plain.url}/v2/a/manifests/v1`, { method: 'PUT', ...put, body: REFERRER })
  expect([pushed.status, pushed.headers.get('oci-subject')]).toEqual([201, null])
  const listed = await fetch(`${plain.url}/v2/a/referrers/${M}`)
  expect([listed.status, await listed.text()]).toEqual([404, '404 page not found'])
  await plain.close()
})
