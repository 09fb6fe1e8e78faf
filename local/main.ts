// `npm run local`: the whole system in one process on loopback, and its story on the terminal.

import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createLog } from '../shared/runtime/log.ts'
import { createNotifications } from './story/notifications.ts'
import { tellStory } from './story/story.ts'
import { createEventStream } from './story/stream.ts'
import { createTeller, type Teller } from './story/teller.ts'
import { startWorld, type World } from './world/world.ts'

const USAGE = `npm run local -- [--once] [--playbook DIR] [--analysis FILE]...

  --once            ends when the story has ended: 0 if it went well, 1 if it broke
  --playbook DIR    publishes your own playbook: pipeline.yaml, playbook-schema.json, playbook.yaml
  --analysis FILE   sends your own analysis, JSON or text with JSON in it; may be given several times
`
const EXAMPLES = ['1-runs.json', '2-refused.json', '3-repeats.json'].map(name =>
  join('examples', 'analyses', name),
)

interface Arguments {
  readonly once: boolean
  readonly playbook: string
  readonly analyses: readonly string[]
}

function readArguments(): Arguments {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      once: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      playbook: { type: 'string', default: join('examples', 'playbooks', 'oomkill-scale-down') },
      analysis: { type: 'string', multiple: true, default: [] },
    },
  })
  if (values.help) {
    process.stdout.write(USAGE)
    process.exit(0)
  }
  // `--analysis a.json b.json`: the shell's own globs give several names after one flag.
  const analyses = [...values.analysis, ...positionals]
  return {
    once: values.once,
    playbook: values.playbook,
    analyses: analyses.length === 0 ? EXAMPLES : analyses,
  }
}

async function sayWhatNow(world: World, teller: Teller, { analyses }: Arguments): Promise<void> {
  const kubeconfig = join(await mkdtemp(join(tmpdir(), 'playbook-functions-')), 'kubeconfig')
  await writeFile(kubeconfig, world.api.kubeconfig())
  const [file = EXAMPLES[0]] = analyses
  teller.chapter('The world stays up until you press Ctrl-C')
  teller.line(`Edit ${file} and send it again under another id:`)
  teller.line('')
  teller.line(
    `  curl -i ${world.sink} -H 'ce-specversion: 1.0' -H 'ce-type: io.kubernaut.analysis.completed.v1' \\`,
  )
  teller.line(
    `    -H 'ce-source: /me' -H "ce-id: $(date +%s)" -H 'content-type: application/json' -d @${file}`,
  )
  teller.line('')
  teller.line('Look at what there is:')
  teller.line('')
  teller.line(`  export KUBECONFIG=${kubeconfig}`)
  teller.line('  kubectl get pb,pipelineruns -A')
  teller.line('')
}

async function main(): Promise<void> {
  const wanted = readArguments()
  // Only the last line of the story makes it a success, however the process ends.
  process.exitCode = 1
  const teller = createTeller(text => process.stdout.write(text), Date.now)
  const stream = createEventStream()
  const notifications = createNotifications(line => teller.line(`! ${line.msg}: ${line.error ?? ''}`))
  const world = await startWorld({
    log: createLog('info', notifications.destination),
    durationMs: 400,
    onEvent(event) {
      teller.event(event)
      stream.push(event)
    },
  })
  teller.chapter('A world without a cluster: its Tekton plays runs, no pod runs')
  teller.line(`Broker ${world.sink}, Kubernetes API ${world.api.url}, registry ${world.registry.url}`)
  const story = { world, stream, teller, playbookFolder: wanted.playbook, analyses: wanted.analyses }
  try {
    await tellStory(story, notifications.about)
    if (wanted.once) teller.chapter('The story has ended well.')
    else await sayWhatNow(world, teller, wanted)
    process.exitCode = 0
  } finally {
    if (wanted.once || process.exitCode !== 0) await world.close()
  }
  if (!wanted.once) process.once('SIGINT', () => void world.close())
}

main().catch(error => {
  process.stderr.write(`\nThe story broke: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
})
