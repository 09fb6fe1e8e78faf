// How the command line is used: its help, its completion, and what it says when it is not understood.

import { expect, test } from 'vitest'
import { call, makeScratch, playbook, playbookProcess } from './kit.ts'

const COMMANDS = [
  'init',
  'lint',
  'pack',
  'push',
  'pull',
  'diff',
  'copy',
  'sign',
  'register',
  'list',
  'show',
  'validate',
  'run',
  'runs',
  'logs',
  'events',
  'approve',
  'deny',
  'cancel',
  'verify',
  'rehearse',
  'doctor',
]

test('help names every command, and each has examples', async () => {
  const { code, out } = await call(['--help'])
  expect(code).toBe(0)
  for (const command of [...COMMANDS, 'complete']) expect(out).toContain(`  ${command} `)
  for (const command of COMMANDS) {
    const help = await call([command, '--help'])
    expect(help).toMatchObject({ code: 0, err: '', out: expect.stringContaining(`$ playbook ${command} `) })
  }
})

test('no colours where nobody looks', async () => {
  const { out } = await playbookProcess(['--help'], { TERM: 'xterm-256color' })
  expect(out).not.toContain('\u001b')
})

test.each(['bash', 'zsh', 'fish'])('completion for %s calls back, and is answered', async shell => {
  const { code, out } = await playbookProcess(['complete', shell])
  expect(code).toBe(0)
  expect(out).toContain('complete --')
})

test('completion knows commands, options and their values', async () => {
  expect((await playbookProcess(['complete', '--', 'ap'])).out).toContain('approve')
  expect((await playbookProcess(['complete', '--', 'deny', '--rea'])).out).toContain('--reason')
  expect((await playbookProcess(['complete', '--', 'verify', '--output', ''])).out).toContain('yaml')
})

test.each([
  [['aprove', 'x'], 2, /unknown command 'aprove'/],
  [['approve'], 2, /missing required argument/],
  [['approve', 'x', '--output', 'xml'], 2, /Allowed choices are table, json, yaml/],
  [['deny', 'x', '--why', 'no'], 2, /unknown option '--why'/],
  [['approve', 'rem-x', 'rem-y', '--uid', '1'], 3, /name one/],
  [['approve', 'rem-x', '--kubeconfig', '/nonexistent'], 3, /kubeconfig could not be read/],
  [['verify', '/nonexistent.json'], 3, /nonexistent\.json cannot be read: ENOENT/],
])('%j ends with %i', async (words, code, message) => {
  const said = await call(words)
  expect(said).toMatchObject({ code, out: '', err: expect.stringMatching(message) })
})

test('a process without a cluster says so, and ends with the same number', async () => {
  const said = await playbook(['approve', 'rem-x'])
  expect(said).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/did not answer|No cluster/) })
})

test('a context that does not exist is named, with those that do', async () => {
  await using scratch = await makeScratch()
  const text = 'apiVersion: v1\nkind: Config\ncontexts: [{name: here, context: {cluster: c, user: u}}]\n'
  const file = await scratch.put('kubeconfig', text)
  const said = await call(['approve', 'rem-x', '--kubeconfig', file, '--context', 'there'])
  expect(said).toMatchObject({ code: 3, err: expect.stringContaining('no context there. It has here.') })
})
