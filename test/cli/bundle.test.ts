// What `npm run build` makes of the command line: the same commands, from files of their own.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { BUNDLE, playbookProcess, ROOT } from './kit.ts'

beforeAll(() => promisify(execFile)(process.execPath, ['scripts/build.ts', 'cli'], { cwd: ROOT }))

test('help is there without what the commands need', async () => {
  const { code, out } = await playbookProcess(['--help'], {}, BUNDLE)
  expect(code).toBe(0)
  expect(out).toContain('Usage: playbook')
})

test.each([
  [['rehearse', 'examples/analyses/1-runs.json'], 0, /allow +remediation\/oomkill-scale-down 1\.0\.0/],
  [
    ['rehearse', 'examples/analyses/2-refused.json', '-o', 'yaml'],
    0,
    /^verdicts:\n +- analysis: .*\n +verdict: deny$/m,
  ],
  [['pack', 'examples/playbooks/oomkill-scale-down', '-o', 'yaml'], 0, /^digest: sha256:/],
  [['verify', 'package.json'], 3, /holds no receipt/],
  [['approve', 'rem-x'], 3, /No cluster is configured/],
  [['complete', 'fish'], 0, /complete -c playbook/],
])('%j', async (words, code, message) => {
  const said = await playbookProcess(words, {}, BUNDLE)
  expect(said.out + said.err).toMatch(message)
  expect(said.code).toBe(code)
})
