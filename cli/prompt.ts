// Asking a person, on the terminal they sit at: a secret, or one question.

import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Question } from './shell.ts'

/** Only on a terminal. */
export async function askSecret(question: string): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  try {
    return await lines.question('')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}

/** Results go to standard output, so questions do not. */
export async function ask({ text, choices = [], fault }: Question): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const closed = new AbortController()
  lines.once('close', () => closed.abort())
  const question = (words: string): Promise<string> => lines.question(`${words} `, closed)
  const hint = choices.length === 0 ? '' : ` (${choices.join('/')})`
  const isWrong = (answer: string): boolean =>
    fault(answer) !== undefined || (choices.length > 0 && !choices.includes(answer))
  try {
    let answer = await question(text + hint)
    while (isWrong(answer)) answer = await question(fault(answer) ?? text + hint)
    return answer
  } finally {
    lines.close()
  }
}
