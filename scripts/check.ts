// Everything that can be said of the code without running it; each step runs even when one before it failed.

import { spawnSync } from 'node:child_process'

const STEPS = [
  ['format and lint', 'biome check --error-on-warnings'],
  ['types', 'tsc -p .'],
  ['unused code', 'knip'],
  ['import rules', 'vitest run test/architecture.test.ts --reporter=dot'],
] as const

const failed = STEPS.filter(([name, command]) => {
  console.log(`\n${name}: ${command}`)
  return spawnSync(command, { shell: true, stdio: 'inherit' }).status !== 0
})
for (const [name] of failed) console.error(`failed: ${name}`)
process.exitCode = failed.length === 0 ? 0 : 1
