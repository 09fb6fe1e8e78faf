// Asking a person, on the terminal they sit at: a secret, or one question of a form.

import { createInterface } from 'node:readline/promises'
import { type Readable, Writable } from 'node:stream'
import { password, select, text } from '@clack/prompts'
import { type Question, Trouble } from './shell.ts'

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

/** Where the person sits. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
}

function show(question: Question, terminal: Terminal): Promise<string | symbol> {
  const { choices, initial, isSecret = false, fault } = question
  const { text: message } = question
  const validate = (answer: string | undefined): string | undefined => fault(answer ?? '')
  if (choices !== undefined)
    return select({
      message,
      options: choices.map(value => ({ value, label: value })),
      ...(initial === undefined ? {} : { initialValue: initial }),
      ...terminal,
    })
  if (isSecret) return password({ message, validate, ...terminal })
  return text({ message, validate, ...(initial === undefined ? {} : { initialValue: initial }), ...terminal })
}

/** Answers stay on the screen, but for secrets. Results go to standard output, so questions do not. */
export async function ask(
  question: Question,
  terminal: Terminal = { input: process.stdin, output: process.stderr },
): Promise<string> {
  const answer = await show(question, terminal)
  if (typeof answer === 'symbol') throw new Trouble('Nothing was sent.')
  return answer
}
