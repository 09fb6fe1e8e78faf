// The form of `playbook run`, filled in on a terminal.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'
import type { Reader } from '../reader.ts'

const ENTER = '\r'

/** Answers what is asked: the target, then what is offered for everything else. */
export async function answerForm(reader: Reader, line: string, target: string): Promise<void> {
  const questions: [RegExp, string][] = [
    [/Target: Kind\/name/, target + ENTER],
    [/REPLICAS/, ENTER],
    [/Run \S+ [\d.]+ on /, ENTER],
  ]
  // A terminal of its own for the command, which has no size at first.
  const command = `stty cols 120 rows 40; ${line}`
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], reader)
  let seen = ''
  child.stdout.on('data', text => {
    seen += text
    const [question, answer] = questions[0] ?? []
    if (question === undefined || !question.test(seen)) return
    questions.shift()
    seen = ''
    child.stdin.write(answer)
  })
  const [code] = await once(child, 'exit')
  expect({ code, questions, seen }).toMatchObject({ code: 0, questions: [] })
}
