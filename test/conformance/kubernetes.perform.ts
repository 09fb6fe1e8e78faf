// Performs one call of the Kubernetes table against any API server, and says what differs from what is expected.

import { isDeepStrictEqual } from 'node:util'

export interface KubernetesCall {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** May hold `{namespace}` and everything kept by earlier calls. */
  readonly path: string
  readonly body?: unknown
  readonly contentType?: string
  readonly accept?: string
  readonly status: number
  /** Every field named here must be so in the answer; a RegExp matches a text, a list is compared item by item. */
  readonly expect?: unknown
  /** Field paths that must be missing from the answer. */
  readonly absent?: readonly string[]
  /** Variables for later calls, by the path of the field that they hold. */
  readonly keep?: Readonly<Record<string, string>>
  /** Asked again until it holds: what a real server does a moment later. */
  readonly eventually?: true
}

export interface ApiServer {
  readonly url: string
  readonly fetch: typeof fetch
  readonly headers?: Readonly<Record<string, string>>
}

export type Variables = Map<string, string>

function filled(text: string, variables: Variables): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => variables.get(name) ?? whole)
}

function fieldAt(value: unknown, path: string): unknown {
  let current: unknown = value
  for (const step of path.split('.')) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Reflect.get(current, step)
  }
  return current
}

function differences(actual: unknown, expected: unknown, path: string): readonly string[] {
  const difference = () => [`${path}: ${JSON.stringify(actual)} instead of ${String(expected)}`]
  if (expected instanceof RegExp)
    return typeof actual === 'string' && expected.test(actual) ? [] : difference()
  if (typeof expected !== 'object' || expected === null)
    return isDeepStrictEqual(actual, expected) ? [] : difference()
  if (typeof actual !== 'object' || actual === null) return difference()
  if (Array.isArray(expected) && (!Array.isArray(actual) || actual.length !== expected.length))
    return [`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`]
  return Object.entries(expected).flatMap(([name, value]) =>
    differences(Reflect.get(actual, name), value, `${path}.${name}`),
  )
}

async function attempt(call: KubernetesCall, server: ApiServer, variables: Variables) {
  const body = call.body === undefined ? null : filled(JSON.stringify(call.body), variables)
  const headers = {
    accept: call.accept ?? 'application/json',
    ...server.headers,
    ...(body === null ? {} : { 'content-type': call.contentType ?? 'application/json' }),
  }
  const url = server.url + filled(call.path, variables)
  const response = await server.fetch(url, { method: call.method, headers, body })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const answer: unknown = isJson ? JSON.parse(text) : text
  const expected: unknown = call.expect === undefined ? {} : replaceVariables(call.expect, variables)
  const wrongStatus =
    response.status === call.status ? [] : [`status ${response.status} instead of ${call.status}: ${text}`]
  const present = (call.absent ?? []).filter(path => fieldAt(answer, path) !== undefined)
  const faults = [
    ...wrongStatus,
    ...(isJson ? differences(answer, expected, '') : []),
    ...present.map(path => `${path} should be absent`),
  ]
  return { answer, faults }
}

function replaceVariables(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return filled(value, variables)
  if (Array.isArray(value)) return value.map(item => replaceVariables(item, variables))
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, replaceVariables(part, variables)]),
  )
}

const DEADLINE_MS = 10_000
const PAUSE_MS = 20

/** The differences between a call's answer and what the table expects; an empty list means that it holds. */
export async function performCall(
  call: KubernetesCall,
  server: ApiServer,
  variables: Variables,
): Promise<readonly string[]> {
  const deadline = Date.now() + DEADLINE_MS
  let { answer, faults } = await attempt(call, server, variables)
  while (call.eventually && faults.length > 0 && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
    ;({ answer, faults } = await attempt(call, server, variables))
  }
  for (const [name, path] of Object.entries(call.keep ?? {}))
    variables.set(name, String(fieldAt(answer, path)))
  return faults
}
