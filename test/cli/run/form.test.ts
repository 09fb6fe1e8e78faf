// What a form asks, made from schemas of every kind.

import { expect, test } from 'vitest'
import { type Asked, fillForm } from '../../../cli/run/form.ts'
import { askedOf, type Draft, fill, lackingIn } from '../../../cli/run/order.ts'
import type { Question } from '../../../cli/shell.ts'
import type { Playbook, Release } from '../../../shared/playbook/playbook.ts'

const PLAYBOOK = { metadata: { name: 'x', namespace: 'ours' }, spec: { bundle: 'b' } } as Playbook

function draftOf(properties: Record<string, object>, required: readonly string[] = []): Draft {
  const params = Object.entries(properties).map(([name, { type }]: [string, { type?: string }]) => ({
    name,
    type: type === 'array' ? ('array' as const) : ('string' as const),
    hasDefault: !required.includes(name),
  }))
  const release = { schema: { type: 'object', required, properties }, params } as unknown as Release
  return { asked: askedOf(PLAYBOOK, release), given: {}, namespace: 'shop', target: undefined }
}

async function answered(asked: Asked, answers: readonly string[]) {
  const left = [...answers]
  const questions: Question[] = []
  const values = await fillForm(
    async question => {
      questions.push(question)
      return left.shift() ?? ''
    },
    asked,
    {},
  )
  return { questions, values }
}

test('each kind of parameter is asked in its own way', async () => {
  const { asked } = draftOf(
    {
      MODE: { type: 'string', enum: ['fast', 'safe'], description: 'how' },
      FORCE: { type: 'boolean', default: false },
      HOSTS: { type: 'array', items: { type: 'string' } },
      TOKEN: { type: 'string', writeOnly: true, maxLength: 9 },
      NOTE: { type: 'string', maxLength: 9 },
    },
    ['MODE', 'HOSTS', 'TOKEN'],
  )
  const { questions, values } = await answered(asked, ['safe', 'false', '["a","b"]', 'secret', ''])
  expect(values).toEqual({ MODE: 'safe', FORCE: 'false', HOSTS: ['a', 'b'], TOKEN: 'secret' })
  expect(questions).toMatchObject([
    { text: 'MODE: how', choices: ['fast', 'safe'] },
    { choices: ['true', 'false'], initial: 'false' },
    { text: 'HOSTS (a list)' },
    { isSecret: true },
    { text: expect.stringMatching(/^NOTE .*, or nothing$/) },
  ])
  const hosts = questions[2]
  expect(hosts?.fault('a, b')).toMatch(/HOSTS/)
  expect(hosts?.fault('["a"]')).toBeUndefined()
  expect(questions[4]?.fault('much too long')).toMatch(/NOTE/)
})

test('a playbook that wants its target is asked for it, and fills in the rest', async () => {
  const draft = draftOf({ TARGET_RESOURCE_NAME: { type: 'string' }, TARGET_NAMESPACE: { type: 'string' } }, [
    'TARGET_RESOURCE_NAME',
    'TARGET_NAMESPACE',
  ])
  expect(lackingIn(draft)).toEqual(['--target Kind/name: what is to be changed'])
  const asked: Question[] = []
  const filled = await fill(async question => {
    asked.push(question)
    return 'Deployment/web'
  }, draft)
  expect(filled).toEqual({ target: { kind: 'Deployment', name: 'web', namespace: 'shop' }, parameters: {} })
  expect(asked).toHaveLength(1)
  expect(asked[0]?.fault('web')).toMatch(/Kind\/name/)
  expect(asked[0]?.fault('Node/one')).toBeUndefined()
})
