// Starts faas-js-runtime, and keeps its hands off the process: several servers may live in one.

import type { Server } from 'node:http'
import runtime from 'faas-js-runtime'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'uncaughtException'] as const

interface Started {
  readonly server: Server
  /** Takes the listeners that the runtime added to the process off it again, and nobody else's. */
  readonly release: () => void
}

/** The runtime listens for the process's end each time it starts; several servers must not end one process. */
export async function startQuietly(func: object, options: object): Promise<Started> {
  const listenersOf = (signal: string): readonly NodeJS.SignalsListener[] =>
    process.listeners(signal as 'SIGTERM')
  const before = new Map(SIGNALS.map(signal => [signal, listenersOf(signal)]))
  // It adds its listeners before it waits for anything, so what is new now is its own.
  const starting = runtime.start(func as Parameters<typeof runtime.start>[0], options)
  const added = SIGNALS.flatMap(signal =>
    listenersOf(signal)
      .filter(listener => !before.get(signal)?.includes(listener))
      .map(listener => ({ signal, listener })),
  )
  const release = (these: typeof added): void => {
    for (const { signal, listener } of these) process.removeListener(signal, listener)
  }
  // Its uncaughtException listener ends the process with exit code 0, as if all were well.
  release(added.filter(({ signal }) => signal === 'uncaughtException'))
  return { server: await starting, release: () => release(added) }
}
