// A stranger at a terminal: starts `npm run local` in a scratch checkout, reads what it prints, pastes what it says.

import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { readText } from './markdown.ts'
import { makeScratch } from './scratch.ts'

/** A busy machine is slow; nothing here is measured. */
export const PATIENCE_MS = 60_000

interface Ending {
  readonly code: number | null
  readonly signal: string | null
  readonly errors: string
}

export interface Stranger {
  readonly folder: string
  /** All that was printed so far. */
  readonly output: () => string
  /** Waits until something was printed after a position. */
  readonly seen: (pattern: RegExp, after?: number) => Promise<void>
  /** The printed command, its lines joined. */
  readonly printedCurl: () => string
  readonly kubeconfig: () => string
  /** Changes a file of the checkout, which must hold what is to be changed. */
  readonly edit: (file: string, from: RegExp, to: string) => Promise<void>
  readonly pressCtrlC: () => Promise<Ending>
  readonly leave: () => Promise<void>
}

export async function startStranger(): Promise<Stranger> {
  const scratch = await makeScratch()
  // What `npm run local` runs, without npm between us and its signals.
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: { local: string } }
  const [, ...args] = scripts.local.split(' ')
  const env = { ...process.env, COLUMNS: '110' }
  const child = spawn(process.execPath, args, { cwd: scratch.folder, env })
  const ended = new Promise<Omit<Ending, 'errors'>>(resolve =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  )
  let output = ''
  let errors = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  return {
    folder: scratch.folder,
    output: () => output,
    async seen(pattern, after = 0) {
      const look = (): void => expect(output.slice(after) + errors).toMatch(pattern)
      await vi.waitFor(look, { timeout: PATIENCE_MS, interval: 20 })
    },
    printedCurl: () => (/^ +(curl (?:.*\\\n)*.*)$/m.exec(output)?.[1] ?? '').replaceAll('\\\n', ''),
    kubeconfig: () => /export KUBECONFIG=(\S+)/.exec(output)?.[1] ?? '',
    async edit(file, from, to) {
      const path = join(scratch.folder, file)
      const before = await readFile(path, 'utf8')
      expect(before).toMatch(from)
      await writeFile(path, before.replace(from, to))
    },
    async pressCtrlC() {
      child.kill('SIGINT')
      return { ...(await ended), errors }
    },
    async leave() {
      child.kill('SIGKILL')
      await ended
      await scratch[Symbol.asyncDispose]()
    },
  }
}

/** Sends what a curl command would, under an id of its own; answers the status. */
export async function sendLikeCurl(stranger: Stranger, id: string): Promise<number> {
  const command = stranger.printedCurl()
  const headers = [...command.matchAll(/-H (['"])(.*?)\1/g)].map(([, , header = '']) => header.split(': '))
  const [, url = ''] = /curl -i (\S+)/.exec(command) ?? []
  const [, file = ''] = /--data-binary @(\S+)/.exec(command) ?? []
  const body = await readFile(join(stranger.folder, file))
  const { status } = await fetch(url, {
    method: 'POST',
    headers: { ...Object.fromEntries(headers), 'ce-id': id },
    body,
  })
  return status
}
