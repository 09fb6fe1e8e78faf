// Several servers in one process: who listens for its end, and that nobody's listener is left or lost.

import { expect, it } from 'vitest'
import { createMetrics } from '../../../shared/runtime/metrics.ts'
import { type ServeOptions, serve } from '../../../shared/runtime/serve.ts'
import { keepLog } from './kit.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'uncaughtException', 'unhandledRejection'] as const

function listeners(): Record<string, unknown[]> {
  return Object.fromEntries(SIGNALS.map(signal => [signal, process.rawListeners(signal)]))
}

function start(signals: ServeOptions['signals']) {
  return serve({
    served: [],
    port: 0,
    log: keepLog().log,
    metrics: createMetrics(),
    drain: async () => undefined,
    signals,
  })
}

it('a server that its caller closes listens for no signal', async () => {
  const before = listeners()
  const servers = await Promise.all([start('caller'), start('caller'), start('caller')])
  expect(listeners()).toEqual(before)
  for (const server of servers) await server.close()
  expect(listeners()).toEqual(before)
})

it('a server that is the process listens for signals until it is closed, and never for exceptions', async () => {
  const before = listeners()
  const servers = [await start('process'), await start('process')]
  const during = listeners()
  expect(during.SIGTERM).toHaveLength((before.SIGTERM?.length ?? 0) + servers.length)
  expect(during.uncaughtException).toEqual(before.uncaughtException)
  await servers[0]?.close()
  expect(listeners().SIGTERM).toEqual([...(before.SIGTERM ?? []), ...(during.SIGTERM ?? []).slice(-1)])
  await servers[1]?.close()
  expect(listeners()).toEqual(before)
})

it('a listener that somebody else added meanwhile stays', async () => {
  const server = await start('caller')
  const mine = (): void => undefined
  process.on('SIGTERM', mine)
  await server.close()
  const isThere = process.rawListeners('SIGTERM').includes(mine)
  process.removeListener('SIGTERM', mine)
  expect(isThere).toBe(true)
})
