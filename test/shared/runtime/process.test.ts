// The process as a pod runs it: how it ends on SIGTERM, on a bug, and on an environment that is wrong.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ENTRY = new URL('../../../functions/main.ts', import.meta.url).pathname
/** Two accidents that a signal causes, loaded before the entry. */
const ACCIDENTS = `data:text/javascript,${encodeURIComponent(
  'process.on("SIGUSR2", () => { Promise.reject(new Error("nobody waits for this")) });' +
    'process.on("SIGHUP", () => { throw new Error("thrown from a timer") });',
)}`

let folder: string
let kubeconfig: string
/** The API server: it has nothing, and says so only when the test lets it. */
const gate = Promise.withResolvers<void>()
const api = createServer(async (_, response) => {
  api.emit('asked')
  await gate.promise
  response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }))
})
const children: ChildProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'process-'))
  kubeconfig = join(folder, 'kubeconfig.json')
  await once(api.listen(0, '127.0.0.1'), 'listening')
  const server = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  const config = {
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  }
  await writeFile(kubeconfig, JSON.stringify(config))
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  api.close()
  api.closeAllConnections()
  await rm(folder, { recursive: true })
})

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', ACCIDENTS, ENTRY], {
    env: { PATH: process.env.PATH, KUBECONFIG: kubeconfig, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  let text = ''
  const ready = Promise.withResolvers<number>()
  const read = (chunk: Buffer): void => {
    text += chunk
    const port = /"port":(\d+)/.exec(text)?.[1]
    if (port !== undefined) ready.resolve(Number(port))
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  void ended.then(() => ready.reject(new Error(`it ended before it was ready: ${text}`)))
  ready.promise.catch(() => undefined)
  return { child, ended, ready: ready.promise, text: () => text }
}

describe.concurrent('the process', () => {
  it('finishes what is in flight on SIGTERM, then ends with 0', async () => {
    const { child, ended, ready } = run({ FUNCTIONS: 'validate' })
    const port = await ready
    const reached = once(api, 'asked')
    const posted = fetch(`http://127.0.0.1:${port}/validate`, {
      method: 'POST',
      headers: {
        'ce-id': 'incident-1',
        'ce-source': '/analysis',
        'ce-type': 'io.kubernaut.analysis.completed.v1',
        'ce-specversion': '1.0',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ strategies: [{ playbook_id: 'no-such', confidence: 0.9, parameters: {} }] }),
    })
    await reached
    child.kill('SIGTERM')
    while ((await fetch(`http://127.0.0.1:${port}/health/readiness`)).status !== 503);
    gate.resolve()
    const response = await posted
    expect(response.headers.get('ce-type')).toBe('io.kubernaut.remediation.rejected.v1')
    expect(await response.json()).toMatchObject({ analysis: { id: 'incident-1' } })
    expect(await ended).toEqual({ code: 0, signal: null })
  })

  it.each([
    ['a rejection that nobody handles', 'SIGUSR2', /"level":"fatal".*nobody waits for this/],
    ['an error that nobody catches', 'SIGHUP', /thrown from a timer/],
  ] as const)('ends with 1 and says why after %s', async (_, accident, words) => {
    const { child, ended, ready, text } = run({})
    await ready
    child.kill(accident)
    expect(await ended).toEqual({ code: 1, signal: null })
    expect(text()).toMatch(words)
  })

  it('does not start with an environment that is wrong, and names the variable', async () => {
    const { ended, text, ready } = run({ FUNCTIONS: 'validate,exekute' })
    await expect(ready).rejects.toThrow()
    expect(await ended).toEqual({ code: 1, signal: null })
    expect(text()).toMatch(/^FUNCTIONS names exekute/)
  })
})
