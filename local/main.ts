// `npm run local`: the whole system in one process on loopback, and its story on the terminal.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Wish } from './play.ts'

const USAGE = `npm run local -- [--once] [--playbook DIR] [--analysis FILE]...

  --once            ends when the story has ended: 0 if it went well, 1 if it broke
  --playbook DIR    publishes your own playbook: pipeline.yaml, playbook-schema.json, playbook.yaml
  --analysis FILE   sends your own analysis, JSON or text with JSON in it; may be given several times
`
const EXAMPLES = ['1-runs.json', '2-refused.json', '3-repeats.json'].map(name =>
  join('examples', 'analyses', name),
)

function readArguments(): Wish {
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

async function main(): Promise<void> {
  const wish = readArguments()
  // Only the last line of the story makes it a success, however the process ends.
  process.exitCode = 1
  // The world is large, and whoever only asks for help need not wait for it.
  const { play } = await import('./play.ts')
  await play(wish, { env: process.env, now: Date.now })
}

main().catch(error => {
  process.stderr.write(`\nThe story broke: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
})
