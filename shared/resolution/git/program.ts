// Running the git program: no shell, no configuration but ours, no prompt, and no process left behind.

import { spawn } from 'node:child_process'
import { ResolutionError } from '../error.ts'

export interface GitOptions {
  /** An empty folder of our own: repository, home and all. */
  readonly folder: string
  /** PATH, and where certificates are. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Configuration by name, in place of all files; it may hold a token, so it travels in the environment. */
  readonly configuration: Readonly<Record<string, string>>
  /** `https`, or `http:https`. */
  readonly protocols: string
  readonly signal: AbortSignal
}

/** git ended with an error; `stderr` is its beginning. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure'
  readonly stderr: string

  constructor(stderr: string) {
    super('git failed')
    this.stderr = stderr
  }
}

export type Git = (args: readonly string[], limit?: number) => Promise<Buffer>

const MAX_STDERR = 16 * 1024
const MAX_STDOUT = 1024 * 1024
/** git's own memory, so that an object that inflates takes it and not the pod (wrapper.c). */
const MAX_ALLOCATION = '128m'

/** What no repository and no file of the machine may decide. */
const FIXED: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.bigFileThreshold': '1m',
  'credential.helper': '',
  'fetch.recurseSubmodules': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'pack.threads': '1',
  'protocol.version': '2',
  'transfer.bundleURI': 'false',
  'transfer.unpackLimit': '1',
}

function environmentOf({ folder, environment, configuration, protocols }: GitOptions): NodeJS.ProcessEnv {
  const { PATH, SSL_CERT_FILE, SSL_CERT_DIR, GIT_SSL_CAINFO = SSL_CERT_FILE } = environment
  const entries = Object.entries({ ...FIXED, ...configuration })
  return {
    ...(PATH !== undefined && { PATH }),
    ...(SSL_CERT_DIR !== undefined && { SSL_CERT_DIR, GIT_SSL_CAPATH: SSL_CERT_DIR }),
    ...(GIT_SSL_CAINFO !== undefined && { GIT_SSL_CAINFO }),
    HOME: folder,
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: protocols,
    GIT_LITERAL_PATHSPECS: '1',
    GIT_ALLOC_LIMIT: MAX_ALLOCATION,
    LC_ALL: 'C',
    GIT_CONFIG_COUNT: String(entries.length),
    ...Object.fromEntries(
      entries.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  }
}

/** A git that works in one folder. It throws GitFailure, the signal's reason, or ResolutionError where there is no git. */
export function createGit(options: GitOptions): Git {
  const env = environmentOf(options)
  const { folder, signal } = options
  return async (args, limit = MAX_STDOUT) => {
    signal.throwIfAborted()
    // A group of its own: git starts helpers, and they end with it.
    const child = spawn('git', [...args], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const end = (): void => killGroup(child.pid)
    signal.addEventListener('abort', end, { once: true })
    const output = collect(child.stdout, limit, end)
    const errors = collect(child.stderr, MAX_STDERR)
    try {
      const code = await new Promise<number | null>((resolve, reject) => {
        child.on('error', reject).once('close', resolve)
      }).catch(error => {
        throw isMissing(error) ? noGit(error) : error
      })
      signal.throwIfAborted()
      if (output.isOver()) throw new GitFailure(`it printed more than ${limit} bytes`)
      if (code !== 0) throw new GitFailure(errors.bytes().toString('utf8'))
      return output.bytes()
    } finally {
      signal.removeEventListener('abort', end)
    }
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** Keeps the beginning; calls `tooMuch` where there is more. */
function collect(stream: NodeJS.ReadableStream, limit: number, tooMuch?: () => void) {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    if (size <= limit) chunks.push(chunk)
    size += chunk.length
    if (size > limit) tooMuch?.()
  })
  return { bytes: () => Buffer.concat(chunks).subarray(0, limit), isOver: () => size > limit }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function noGit(cause: unknown): ResolutionError {
  return new ResolutionError(
    'this resolver was deployed without the git program, so it cannot clone: use org and repo (and not url), or let an operator deploy it on a base image with git',
    { cause },
  )
}
