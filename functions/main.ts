// The process: reads its environment once, connects, and serves the functions that the environment names.

import { destination } from 'pino'
import { createKubernetes } from '../shared/kubernetes/client.ts'
import { openConnection } from '../shared/kubernetes/open.ts'
import { fetchFor } from '../shared/network/fetch.ts'
import { assemble } from '../shared/runtime/assemble.ts'
import { readConfig } from '../shared/runtime/config.ts'
import { createLog } from '../shared/runtime/log.ts'
import { serve } from '../shared/runtime/serve.ts'
import { allFunctions } from './all.ts'

const QUIET_MS = 500

async function main(): Promise<void> {
  const config = readConfig(
    process.env,
    allFunctions.map(each => each.name),
  )
  const log = createLog(config.logLevel, destination({ dest: 1, sync: false }))
  process.on('unhandledRejection', error => {
    // A bug: what was under way is repeated by its sender, in a process that is whole.
    log.fatal({ error: error instanceof Error ? error.stack : String(error) }, 'a rejection nobody handled')
    process.exit(1)
  })
  const kubernetes = createKubernetes(openConnection(Date.now))
  const clock = { now: Date.now }
  const { served, metrics, warm, stop } = assemble(
    { kubernetes, fetch: fetchFor(config.resolution), clock, config, log },
    allFunctions,
  )
  const { port } = await serve({ served, port: config.port, log, metrics, drain: stop, signals: 'process' })
  const functions = served.map(each => each.definition.name)
  log.info({ port, functions }, 'ready')
  // The probe that finds the server ready, and an event that waits for it, go first.
  setTimeout(() => void warm(), QUIET_MS)
}

main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
})
