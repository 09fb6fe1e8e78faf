// Finding the func command line: given, on PATH, as kn's plugin, or nowhere.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findFunc } from '../../../scripts/deploy/func.ts'
import { callsOf, writeFakeFunc } from './fake-func.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playbook-functions-func-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

test.each([
  ['func', 'func v1.2.3'],
  ['kn', 'kn func v1.2.3'],
])('%s on PATH', async (name, expected) => {
  await writeFakeFunc(folder, name)
  expect((await findFunc(undefined, { PATH: folder })).name).toBe(expected)
})

test('func is preferred to kn, and what is given to both', async () => {
  await Promise.all(['func', 'kn', 'mine'].map(name => writeFakeFunc(folder, name)))
  expect((await findFunc(undefined, { PATH: folder })).name).toBe('func v1.2.3')
  const mine = join(folder, 'mine')
  expect((await findFunc(mine, { PATH: folder })).name).toBe(`${mine} v1.2.3`)
})

test('where there is none, the error says where to get it', async () => {
  const where = 'Get it at https://knative.dev/docs/functions/install-func/'
  const nowhere = { PATH: folder }
  await expect(findFunc(undefined, nowhere)).rejects.toThrow(`The func command line is not on PATH. ${where}`)
  await expect(findFunc('/no/such', nowhere)).rejects.toThrow(`/no/such is not func. ${where}`)
})

const DEPLOYMENT = { image: 'r.example.com/f@sha256:1', namespace: 'system', deployer: 'raw' } as const

test.each([
  ['func', []],
  ['kn', ['func']],
])('%s is told what to deploy, and to build and push nothing', async (name, before) => {
  const path = await writeFakeFunc(folder, name)
  const func = await findFunc(undefined, { PATH: folder })
  await func.deploy({ ...DEPLOYMENT, folder: '/rendered/one' })
  expect((await callsOf(path)).at(-1)).toEqual([
    ...[...before, 'deploy', '--path', '/rendered/one', '--image', 'r.example.com/f@sha256:1'],
    ...['--namespace', 'system', '--deployer', 'raw', '--build=false', '--push=false'],
  ])
})

test('what func says when it fails reaches the person', async () => {
  await writeFakeFunc(folder)
  const func = await findFunc(undefined, { PATH: folder })
  await expect(func.deploy({ ...DEPLOYMENT, folder: 'broken' })).rejects.toThrow(
    'func could not deploy broken:\nthe image cannot be pulled',
  )
})
