// `npm run bench:cluster`: from an event to a PipelineRun against Tekton Triggers, and a start from zero, on a real cluster.

import { parseArgs } from 'node:util'
import { createKubernetes } from '../../shared/kubernetes/client.ts'
import { connect } from '../../shared/kubernetes/connection.ts'
import { loadKubeConfig } from '../../test/cluster/cluster.ts'
import { holds, type Result, tableOf } from '../table.ts'
import { measureColdStart } from './cold.ts'
import { measureEvents, PARTS } from './events.ts'
import { openPlace, type Place } from './place.ts'
import { missingObjects, missingSettings } from './requirements.ts'
import { measureResolution } from './resolution.ts'
import { ratiosOf, timesWithin } from './results.ts'

const USAGE = `npm run bench:cluster [-- parts] [--rounds 5]

Measures on the cluster of KUBECONFIG, with REGISTRY for the bench's own playbook, on a node of it or wherever the
addresses of its Services are routed. Everything is made in a namespace of its own, or beside the functions under
names that begin with bench-, and removed again. It prints ratios and exits 1 when a limit is missed, or when an event
was lost or became two runs.

  one      one event at a time, against an EventListener of Tekton Triggers
  burst    200 events at once, against the same, and where the time goes
  beside   200 at once, printed only: the EventListener as shipped, 40 targets for all, functions at zero
  cold     an event to validate at zero until its reply, against a bare server in the same image
           all four, where none is said
  resolution  50 ResolutionRequests at once for one bundle, against Tekton's own resolvers; those are scaled to zero
           meanwhile, and back
`
const COLD = 'cold'
const RESOLUTION = 'resolution'
const SYSTEM = process.env.SYSTEM_NAMESPACE ?? 'kubernaut-system'

const say = (line: string): void => console.log(line)

interface Wish {
  readonly what: readonly string[]
  readonly rounds: number
}

/** Answers whether every limit held and nothing was lost or made twice. */
async function measure(place: Place, { what, rounds }: Wish): Promise<boolean> {
  const results: Result[] = []
  let isWhole = true
  const parts = PARTS.filter(part => what.includes(part))
  if (parts.length > 0) {
    const all = await measureEvents(place, { parts, rounds, say })
    isWhole = all.measured.every(({ volley }) => volley.lost.length + volley.duplicated.length === 0)
    const times = timesWithin(all)
    if (times.length > 0) console.log(`\nfrom an event to its PipelineRun, 200 at once\n${tableOf(times)}`)
    results.push(...ratiosOf(all))
  }
  if (what.includes(COLD)) results.push(await measureColdStart(place, rounds))
  if (what.includes(RESOLUTION)) results.push(...(await measureResolution(place, rounds)))
  if (results.length > 0) console.log(`\n${tableOf(results)}`)
  if (!isWhole) console.log('\nEvents were lost or became two runs.')
  return isWhole && results.every(holds)
}

/** Undefined where the usage was asked for, or is needed. */
function readWish(): Wish | undefined {
  const options = { help: { type: 'boolean' }, rounds: { type: 'string', default: '5' } } as const
  const { positionals, values } = parseArgs({ allowPositionals: true, options })
  const usual: readonly string[] = [...PARTS, COLD]
  const isClear =
    positionals.every(part => [...usual, RESOLUTION].includes(part)) && /^[1-9]\d?$/.test(values.rounds)
  if (values.help || !isClear) return undefined
  return { what: positionals.length === 0 ? usual : positionals, rounds: Number(values.rounds) }
}

async function main(): Promise<number> {
  const wish = readWish()
  if (wish === undefined) {
    console.log(USAGE.trimEnd())
    return process.argv.includes('--help') ? 0 : 2
  }
  const faults = missingSettings(process.env)
  if (faults.length === 0) {
    const connection = connect(loadKubeConfig(), Date.now)
    const withTriggers = wish.what.some(part => part !== COLD && part !== RESOLUTION)
    faults.push(...(await missingObjects(createKubernetes(connection), SYSTEM, withTriggers)))
    await connection.close()
  }
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) return 2
  await using place = await openPlace()
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, async () => {
      await place[Symbol.asyncDispose]()
      process.exit(130)
    })
  return (await measure(place, wish)) ? 0 : 1
}

process.exitCode = await main().catch(error => {
  console.error(`The bench broke: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
  return 1
})
