// Asking a person for a secret, without showing what they type.

import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

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
