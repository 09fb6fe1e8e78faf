// The command line: `playbook COMMAND`, in a process of its own.

import { enableCompileCache } from 'node:module'
import type { Question, Shell } from './shell.ts'

// Code that was compiled once is not compiled again by the next call.
enableCompileCache()

const shell: Shell = {
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
  // `isTTY` is missing, not false, where the output is a file.
  isTerminal: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
  isWatched: process.stderr.isTTY === true,
  ...(process.stdin.isTTY === true && {
    askSecret: async (question: string) => (await import('./prompt.ts')).askSecret(question),
  }),
  ...(process.stdin.isTTY === true &&
    process.stderr.isTTY === true && {
      ask: async (question: Question) => (await import('./prompt.ts')).ask(question),
    }),
  env: process.env,
  now: Date.now,
}

// Whoever reads the result may have seen enough (`| head`).
process.stdout.once('error', () => process.exit())
const { runCommand } = await import('./program.ts')
process.exitCode = await runCommand(shell, process.argv.slice(2))
