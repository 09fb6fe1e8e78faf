// Runs the suite, and prints what it cost: processor time, which unlike wall time is the same on a busy machine.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

const slow = seconds > LIMIT_SECONDS
console.log(`${seconds.toFixed(1)} s of CPU time (limit ${LIMIT_SECONDS})${slow ? ': too slow' : ''}`)
console.log(summary)
process.exitCode = status !== 0 || slow ? 1 : 0
