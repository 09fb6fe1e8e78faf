// The local registry's protocol as a table: method and path in, status and headers out.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalRegistry } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import { BLOB_ROWS } from './blob-rows.ts'
import { MANIFEST_ROWS } from './manifest-rows.ts'
import { B, BLOB, M, put, REFERRER } from './rows.ts'

let local: LocalRegistry
let upload = ''

beforeAll(async () => {
  local = await startRegistry()
})

afterAll(() => local.close())

// In this order: each row builds on those before it.
test.for(
  [...BLOB_ROWS, ...MANIFEST_ROWS].map(
    (row, index) => [`${index}: ${row.call.replaceAll(/[0-9a-f]{60}/g, '…')} ${row.status}`, row] as const,
  ),
)('%s', async ([, { call, body, headers, status, answered, text }]) => {
  const [method = '', path = ''] = call.replace('<upload>', upload).split(' ')
  const response = await fetch(`${local.url}${path}`, {
    method,
    ...(body !== undefined && { body }),
    ...(headers && { headers }),
  })
  const received = await response.text()
  expect(response.status, received).toBe(status)
  for (const [name, value] of Object.entries(answered ?? {}))
    expect(response.headers.get(name), name).toBe(value)
  if (typeof text === 'string') expect(received).toBe(text)
  if (text instanceof RegExp) expect(received).toMatch(text)
  const location = response.headers.get('location')
  if (location?.includes('/uploads/')) upload = location
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
