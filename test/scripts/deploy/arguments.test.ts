// The command line: what it means, and what it refuses with which words.

import { describe, expect, test } from 'vitest'
import { readArguments, USAGE } from '../../../scripts/deploy/arguments.ts'

const DIGEST = `sha256:${'0'.repeat(64)}`
const PACK = { kind: 'pack', registry: 'r.example.com/team', platform: 'linux/amd64' }
const DEPLOY = {
  kind: 'deploy',
  namespace: 'kubernaut-system',
  whole: false,
  deployer: 'knative',
  func: undefined,
}

test.each([
  ['--registry r.example.com/team', { ...DEPLOY, image: PACK }],
  ['--registry r.example.com/team/', { ...DEPLOY, image: PACK }],
  [
    '--registry r.example.com/team --base b:1 --platform linux/arm64',
    { image: { base: 'b:1', platform: 'linux/arm64' } },
  ],
  [`--image r.example.com/f@${DIGEST}`, { image: { kind: 'given', image: `r.example.com/f@${DIGEST}` } }],
  ['--registry r --deployer raw --namespace other', { deployer: 'raw', namespace: 'other' }],
  ['--registry r --whole --func /opt/func', { whole: true, func: '/opt/func' }],
  ['--delete', { kind: 'delete', namespace: 'kubernaut-system', whole: false }],
  ['--delete --namespace other --whole', { kind: 'delete', namespace: 'other', whole: true }],
  ['--help', { kind: 'help' }],
  ['-h --registry r', { kind: 'help' }],
])('%s', (line, expected) => {
  expect(readArguments(line.split(' '))).toMatchObject(expected)
})

describe('refused', () => {
  test.each([
    ['', '--registry is missing: where the cluster pulls the image from.'],
    ['--registry r --deployer keda', '--deployer must be knative or raw, but is "keda".'],
    [`--registry r --image f@${DIGEST}`, 'not both'],
    ['--image f:1', '--image must end in @sha256: and 64 hexadecimal digits, but is "f:1".'],
    ['--registry r --platform arm64', '--platform must be OS/ARCH, such as linux/arm64, but is "arm64".'],
    ['--registry r --namespace Other', '--namespace must be a namespace\'s name, but is "Other".'],
    ['--registry', "'--registry <value>' argument missing"],
    ['--registri r', "Unknown option '--registri'"],
    ['r.example.com', "Unexpected argument 'r.example.com'"],
  ])('%s', (line, message) => {
    expect(() => readArguments(line === '' ? [] : line.split(' '))).toThrow(message)
  })
})

test('the help names every option', () => {
  const named = USAGE.match(/--[a-z]+/g) ?? []
  const options = [
    'registry',
    'base',
    'platform',
    'image',
    'namespace',
    'deployer',
    'whole',
    'func',
    'delete',
    'help',
  ]
  for (const option of options) expect(named).toContain(`--${option}`)
})
