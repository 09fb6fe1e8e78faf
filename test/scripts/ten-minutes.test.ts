// From a container image to a playbook that has run, as `npm run ten-minutes` walks it in the local world.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const SCRIPT = join(import.meta.dirname, '../../scripts/ten-minutes.ts')

test('each step has its seconds, and all of them are few', { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT])
  const steps = [...stdout.matchAll(/^ +\d+\.\d s {2}(\w+)/gm)].map(([, step]) => step)
  expect(steps).toEqual(['init', 'lint', 'push', 'register', 'run', 'approve', 'run', 'in'])
  expect(stdout).toMatch(/remediation\/rem-\w+ succeeded/)
})

test('a cluster needs a place for the bundle', async () => {
  const running = promisify(execFile)(process.execPath, [SCRIPT, '--image', 'registry.example.com/x:1'])
  await expect(running).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('--registry') })
})
