// The process: reads its environment once, connects, and serves the functions that the environment names.

import { KubeConfig } from '@kubernetes/client-node'
import { createKubernetes } from '../shared/kubernetes/client.ts'
import { connect } from '../shared/kubernetes/connection.ts'
import { assemble } from '../shared/runtime/assemble.ts'
import { readConfig } from '../shared/runtime/config.ts'
import { createLog } from '../shared/runtime/log.ts'
import { serve } from '../shared/runtime/serve.ts'
import { allFunctions } from './all.ts'

async function main(): Promise<void> {
  const config = readConfig(
    process.env,
    allFunctions.map(each => each.name),
  )
  const log = createLog(config.logLevel)
  process.on('unhandledRejection', error => {
    // A bug: what was under way is repeated by its sender, in a process that is whole.
    log.fatal({ error: error instanceof Error ? error.stack : String(error) }, 'a rejection nobody handled')
    process.exit(1)
  })
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromDefault()
  const kubernetes = createKubernetes(connect(kubeConfig, Date.now))
  const clock = { now: Date.now }
  const { served, drain } = assemble(
    { kubernetes, fetch: globalThis.fetch, clock, config, log },
    allFunctions,
  )
  const { port } = await serve({ served, port: config.port, log, drain, signals: 'process' })
  log.info({ port, functions: served.map(each => each.definition.name) }, 'ready')
}

main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
})
