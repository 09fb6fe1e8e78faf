// Runs the suite, and prints what it cost: processor time, at the pace of an idle machine, for one whose processors are
// shared with others takes more of it for the same work.

import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { summaryOf } from './report.ts'

const LIMIT_SECONDS = 120

/** `0m12.340s 0m1.200s` of the shell's `times`: its children's user and system time. */
function processorSeconds(times: string): number {
  const [children = ''] = times.trim().split('\n').slice(-1)
  return children
    .trim()
    .split(/\s+/)
    .map(text => /^(\d+)m([\d.]+)s$/.exec(text))
    .reduce((sum, match) => sum + Number(match?.[1] ?? 0) * 60 + Number(match?.[2] ?? 0), 0)
}

/** Sorts and copies lists, as two processes at once; on the idle machine that the limit is for each takes 195 ms. */
const YARDSTICK = `
  const before = process.cpuUsage()
  for (let round = 0; round < 300; round++) {
    const list = Array.from({ length: 2000 }, (_, at) => ({ key: (at * 7919 + round) % 2003, text: 'x' + at }))
    JSON.parse(JSON.stringify(list.sort((one, other) => one.key - other.key)))
  }
  const { user, system } = process.cpuUsage(before)
  console.log((user + system) / 1000)`
const IDLE_MS = 195

/** What a second of processor time is worth now: 1 on an idle machine, 0.8 where the same work takes 1.25 s. */
async function pace(): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 3; round++) {
    const both = [0, 1].map(() => promisify(execFile)(process.execPath, ['-e', YARDSTICK]))
    times.push(...(await Promise.all(both)).map(({ stdout }) => Number(stdout)))
  }
  return Math.min(1, (IDLE_MS * times.length) / times.reduce((sum, ms) => sum + ms, 0))
}

const paceBefore = await pace()
const folder = mkdtempSync(join(tmpdir(), 'playbook-functions-test-'))
const report = join(folder, 'report.json')
const times = join(folder, 'times')
const script =
  'vitest run --reporter=default --reporter=json --outputFile.json="$0" "$@"; code=$?; times > "$TIMES"; exit $code'
const { status } = spawnSync('sh', ['-c', script, report, ...process.argv.slice(2)], {
  stdio: 'inherit',
  // Tests start many processes of the same code: what V8 made of it is kept.
  env: {
    ...process.env,
    TIMES: times,
    NODE_COMPILE_CACHE: join(process.cwd(), 'node_modules/.cache/compiled'),
  },
})
const summary = summaryOf(report)
const seconds = processorSeconds(readFileSync(times, 'utf8'))
rmSync(folder, { recursive: true })

const idleSeconds = (seconds * (paceBefore + (await pace()))) / 2
const slow = idleSeconds > LIMIT_SECONDS
const words = `${seconds.toFixed(1)} s of CPU time, ${idleSeconds.toFixed(1)} s at the pace of an idle machine`
console.log(`${words} (limit ${LIMIT_SECONDS})${slow ? ': too slow' : ''}`)
console.log(summary)
process.exitCode = status !== 0 || slow ? 1 : 0
