// `npm run local`: the whole system in one process on loopback, and its story on the terminal.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createLog } from '../shared/runtime/log.ts'
import { instructions } from './story/instructions.ts'
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

/** The terminal's width; where there is none, what the environment says, else lines are left whole. */
function columns(): number {
  return process.stdout.columns ?? (Number(process.env.COLUMNS) || Number.POSITIVE_INFINITY)
}

/** Says how to go on, and keeps the world up until Ctrl-C; the second one ends it at once. */
async function stayUp(world: World, teller: Teller, file: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'playbook-functions-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, world.api.kubeconfig())
  const end = async (): Promise<void> => {
    await world.close()
    await rm(folder, { recursive: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end())
  teller.chapter('The world stays up until you press Ctrl-C')
  for (const line of await instructions({ sink: world.sink, file, kubeconfig })) teller.line(line)
}

async function main(): Promise<void> {
  const wanted = readArguments()
  // Only the last line of the story makes it a success, however the process ends.
  process.exitCode = 1
  // Whoever reads the story may have seen enough (`| head`).
  process.stdout.once('error', () => process.exit())
  const teller = createTeller({
    write: text => process.stdout.write(text),
    columns: columns(),
    // `isTTY` is missing, not false, where the output is a file.
    isColourful: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
    now: Date.now,
  })
  const stream = createEventStream()
  const notifications = createNotifications(line => teller.line(`! ${line.msg}: ${line.error ?? ''}`))
  const world = await startWorld({
    log: createLog('info', notifications.destination),
    // Long enough that the third analysis finds the first one's run at work.
    durationMs: 1_000,
    onEvent(event) {
      teller.event(event)
      stream.push(event)
    },
  })
  teller.chapter('A world without a cluster: its Tekton plays runs, no pod runs')
  teller.line(`Broker          ${world.sink}`)
  teller.line(`Kubernetes API  ${world.api.url}`)
  teller.line(`OCI registry    ${world.registry.url}`)
  const story = { world, stream, teller, playbookFolder: wanted.playbook, analyses: wanted.analyses }
  try {
    await tellStory(story, notifications.about)
    if (wanted.once) teller.chapter('The story has ended well.')
    else await stayUp(world, teller, wanted.analyses[0] ?? '')
    process.exitCode = 0
  } finally {
    if (wanted.once || process.exitCode !== 0) await world.close()
  }
}

main().catch(error => {
  process.stderr.write(`\nThe story broke: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
})
