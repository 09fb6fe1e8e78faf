// A world on the terminal: its story, and what to do with it afterwards.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../shared/runtime/log.ts'
import { instructions } from './story/instructions.ts'
import { createNotifications } from './story/notifications.ts'
import { tellStory } from './story/story.ts'
import { createEventStream } from './story/stream.ts'
import { createTeller, type Teller } from './story/teller.ts'
import { startWorld, type World } from './world/world.ts'

/** What somebody asks for on the command line. */
export interface Wish {
  readonly once: boolean
  /** The folder of the playbook that is published. */
  readonly playbook: string
  readonly analyses: readonly string[]
}

/** The terminal's width; where there is none, what the environment says, else lines are left whole. */
function columns(env: NodeJS.ProcessEnv): number {
  return process.stdout.columns ?? (Number(env.COLUMNS) || Number.POSITIVE_INFINITY)
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

/** Starts the world, tells its story, and ends it or keeps it up; the exit code is 0 only where the story ended well. */
export async function play(
  wanted: Wish,
  { env, now }: { readonly env: NodeJS.ProcessEnv; readonly now: () => number },
): Promise<void> {
  // Whoever reads the story may have seen enough (`| head`).
  process.stdout.once('error', () => process.exit())
  const teller = createTeller({
    write: text => process.stdout.write(text),
    columns: columns(env),
    // `isTTY` is missing, not false, where the output is a file.
    isColourful: process.stdout.isTTY === true && (env.NO_COLOR ?? '') === '',
    now,
  })
  const stream = createEventStream()
  const notifications = createNotifications(line => teller.line(`! ${line.msg}: ${line.error ?? ''}`))
  const world = await startWorld({
    log: createLog('info', notifications.destination),
    folder: wanted.playbook,
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
  teller.line(`resolver disk   ${wanted.playbook}`)
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
