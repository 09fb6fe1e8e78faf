// Questions on a terminal: streams that say they are one, and keys.

import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { ask } from '../../../cli/prompt.ts'
import type { Question } from '../../../cli/shell.ts'

const ANY = { text: 'NAME', fault: () => undefined }

/** Presses these keys as they are asked for, each once something was written; answers what was said and seen. */
async function typing(question: Question, keys: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 })
  let seen = ''
  output.on('data', chunk => {
    seen += chunk
  })
  const asked = ask(question, { input, output })
  for (const key of keys) input.write(key)
  return { answer: await asked, seen }
}

test('a text, and what is wrong with it until it is right', async () => {
  const fault = (text: string): string | undefined => (text === 'ab' ? undefined : 'write ab')
  const { answer, seen } = await typing({ ...ANY, fault }, ['a', '\r', 'b', '\r'])
  expect(answer).toBe('ab')
  expect(seen).toContain('write ab')
})

test('a choice, from the one that is usual', async () => {
  const question = { ...ANY, choices: ['one', 'two', 'three'], initial: 'two' }
  expect((await typing(question, ['\r'])).answer).toBe('two')
})

test('a secret is not shown', async () => {
  const { answer, seen } = await typing({ ...ANY, isSecret: true }, ['h', 'u', 's', 'h', '\r'])
  expect(answer).toBe('hush')
  expect(seen).not.toContain('hush')
})

test('who breaks off has sent nothing', async () => {
  await expect(typing(ANY, ['\u0003'])).rejects.toThrow('Nothing was sent.')
})
