// One server under test as a process of its own: started, awaited until ready, weighed, ended.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface ServerOptions {
  /** The bundled file that the process runs. */
  readonly script: string
  /** The whole environment, beside PORT. */
  readonly env: Readonly<Record<string, string>>
  /** Working directory; its log is kept there too. */
  readonly folder: string
}

export interface ServerProcess {
  readonly url: string
  readonly pid: number
  /** Milliseconds from spawn to the first 200 of `/health/readiness`. */
  readonly startMs: number
  readonly stop: () => Promise<void>
}

const POLL_MS = 1
const START_LIMIT_MS = 15_000
const STOP_LIMIT_MS = 5_000

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}

function isReady(url: string): Promise<boolean> {
  return new Promise(resolve => {
    const request = get(`${url}/health/readiness`, { agent: false }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.once('error', () => resolve(false))
  })
}

/** Ends a process that the bench spawned, and waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
  await gone.finally(() => clearTimeout(timer))
}

/** Starts a server on a free port and polls it; throws with the end of its log when it does not become ready. */
export async function startServer({ script, env, folder }: ServerOptions): Promise<ServerProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const logFile = join(folder, `${port}.log`)
  const log = openSync(logFile, 'w')
  const startedAt = performance.now()
  const child = spawn(process.execPath, [script], {
    cwd: folder,
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() - startedAt > START_LIMIT_MS) {
      await stop(child)
      throw new Error(`${script} did not become ready:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`)
    }
    await delay(POLL_MS)
  }
  const startMs = performance.now() - startedAt
  return { url, pid: child.pid ?? 0, startMs, stop: () => stop(child) }
}

function procFile(pid: number, name: 'status' | 'stat'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return undefined
  }
}

/** Resident memory of a process in MB (2^20 bytes): VmRSS where there is /proc, else what `ps` says. */
export function residentMegabytes(pid: number): number {
  const fromProc = /^VmRSS:\s+(\d+) kB$/m.exec(procFile(pid, 'status') ?? '')?.[1]
  const kilobytes = fromProc ?? execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  return Number(kilobytes) / 1024
}

/** The kernel counts a process's time in hundredths of a second (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html). */
const TICK_MS = 10

/** Processor time that a process has used so far, in milliseconds: what else the machine does is not in it. */
export function processorMs(pid: number): number {
  const stat = procFile(pid, 'stat')
  if (stat !== undefined) {
    // The name, in brackets, may hold spaces; user and system time are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  }
  const [seconds = 0, minutes = 0, hours = 0] = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], {
    encoding: 'utf8',
  })
    .trim()
    .split(':')
    .reverse()
    .map(Number)
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000
}
