// Performs one row of the registry's protocol against any registry, and says what differs from what is expected.

import type { Feature, Row } from './registry.row.ts'

/** A registry under test, and where its last upload goes on. */
export interface RegistryUnderTest {
  /** `http://host:port` */
  readonly url: string
  /** Stands before every repository, so that the table disturbs nobody; empty or ending in a slash. */
  readonly prefix: string
  readonly features: readonly Feature[]
  upload: string
}

function addressOf(path: string, { url, prefix, upload }: RegistryUnderTest): URL {
  if (!path.startsWith('<upload>')) {
    const placed = path.replace(/^\/v2\/(?=.)/, `/v2/${prefix}`).replace('&from=', `&from=${prefix}`)
    return new URL(placed, url)
  }
  const address = new URL(upload, url)
  for (const [name, value] of new URLSearchParams(path.replace('<upload>', '')))
    address.searchParams.set(name, value)
  return address
}

function isAsExpected(actual: string | null, expected: string | RegExp | null): boolean {
  return expected instanceof RegExp ? actual !== null && expected.test(actual) : actual === expected
}

/** The differences between a row's answer and what the table expects; an empty list means that it holds. */
export async function performRow(row: Row, registry: RegistryUnderTest): Promise<readonly string[]> {
  const { call, body, headers, status, answered = {}, text } = row
  const [method = '', path = ''] = call.split(' ')
  const response = await fetch(addressOf(path, registry), {
    method,
    ...(body !== undefined && { body }),
    ...(headers && { headers }),
  })
  const received = await response.text()
  const location = response.headers.get('location')
  if (location?.includes('/uploads/')) registry.upload = location
  const statuses: readonly number[] = typeof status === 'number' ? [status] : status
  return [
    ...(statuses.includes(response.status)
      ? []
      : [`status ${response.status} instead of ${statuses}: ${received}`]),
    ...Object.entries(answered)
      .filter(([name, value]) => !isAsExpected(response.headers.get(name), value))
      .map(([name, value]) => `${name}: ${response.headers.get(name)} instead of ${value}`),
    ...(text === undefined || isAsExpected(received, text) ? [] : [`body ${received} instead of ${text}`]),
  ]
}
