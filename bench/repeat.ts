// Runs command lines of `playbook` in one process, as its parent sends them; says how long each took.

import { runCommand } from '../cli/program.ts'
import type { Shell } from '../cli/shell.ts'

process.on('message', async (words: string[]) => {
  let said = ''
  const shell: Shell = {
    out: () => undefined,
    err: text => {
      said += text
    },
    isTerminal: false,
    isWatched: false,
    env: process.env,
    now: Date.now,
  }
  const start = performance.now()
  const code = await runCommand(shell, words)
  process.send?.({ ms: performance.now() - start, code, said })
})
