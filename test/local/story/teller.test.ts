// What is printed fits the screen, and says what every kind of event means.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { phraseOf, shortSubject } from '../../../local/story/phrase.ts'
import { createTeller } from '../../../local/story/teller.ts'
import { wrapText } from '../../../local/story/wrap.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { OBJECT_CHANGED, TYPE } from '../../../shared/events/contract.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'shared', 'events', 'examples')
const RUN = `rem-${'0123456789'.repeat(4)}`

function eventOf(type: string, data?: unknown): CloudEvent {
  return { specversion: '1.0', id: '1', source: '/test', type, subject: RUN, data }
}

const ours = readdirSync(EXAMPLES).map(file =>
  eventOf(
    `io.kubernaut.${file.replace(/\.json$/, '')}`,
    JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')),
  ),
)

function told(event: CloudEvent, columns: number): string {
  let text = ''
  const teller = createTeller({
    write: more => {
      text += more
    },
    isColourful: false,
    columns,
    now: () => 1_000,
  })
  teller.event(event)
  // Colours take no room.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with the escape character.
  return text.replace(/\u001b\[\d+m/g, '')
}

describe.each([80, 110, 120])('on %i columns', columns => {
  test.each(ours)('$type fits', event => {
    const wide = told(event, columns)
      .split('\n')
      .filter(line => line.length > columns)
    expect(wide).toEqual([])
  })
})

test('where nobody looks, an event with its phrase is one line', () => {
  const [validated] = ours.filter(event => event.type === TYPE.validated)
  expect(
    told(validated ?? eventOf(''), Number.POSITIVE_INFINITY)
      .trimEnd()
      .split('\n'),
  ).toHaveLength(1)
})

test.each([
  ['dev.tekton.event.pipelinerun.successful.v1', 'Tekton: the run succeeded'],
  ['dev.tekton.event.taskrun.running.v1', 'Tekton: the task is running'],
  ['dev.tekton.event.customrun.odd.v1', 'Tekton: the customrun odd'],
  [`${OBJECT_CHANGED}delete`, 'API server: the Playbook was deleted'],
  [TYPE.ping, 'the timer ticks'],
  ['org.example.other', 'from /test'],
])('%s: %s', (type, phrase) => {
  expect(phraseOf({ ...eventOf(type), kind: 'Playbook' })).toBe(phrase)
})

test.each([
  [undefined, '-'],
  [RUN, 'rem-01234567…'],
  [`${RUN}-task`, 'rem-01234567…-task'],
  ['/apis/playbook.kubernaut.io/v1alpha1/namespaces/remediation/playbooks/scale', 'remediation/scale'],
])('the subject %s is shown as %s', (subject, shown) => {
  expect(shortSubject(subject)).toBe(shown)
})

test.each([
  ['', 10, ['']],
  ['one two', 7, ['one two']],
  ['one two', 6, ['one', 'two']],
  ['unbreakable word', 4, ['unbreakable', 'word']],
])('%j on %i columns', (text, width, lines) => {
  expect(wrapText(text, width)).toEqual(lines)
})
