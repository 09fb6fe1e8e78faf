// Prints the story: a line per event, blocks for what is worth seeing whole; nothing wider than the terminal.

import pico from 'picocolors'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import type { ParameterFault, RemediationRejected } from '../../shared/events/types.ts'
import { phraseOf, shortSubject, shortType } from './phrase.ts'
import { hangText, wrapText } from './wrap.ts'

export interface Teller {
  readonly chapter: (title: string) => void
  readonly line: (text: string) => void
  readonly event: (event: CloudEvent) => void
  readonly block: (title: string, text: string) => void
}

export interface Screen {
  readonly write: (text: string) => void
  /** Characters in a line; Infinity where nobody looks. */
  readonly columns: number
  /** Colours are for terminals; a file or a CI log shows their codes. */
  readonly isColourful: boolean
  readonly now: () => number
}

const GOOD: readonly string[] = [TYPE.playbookRegistered, TYPE.validated, TYPE.started, TYPE.succeeded]
const BAD: readonly string[] = [TYPE.playbookRejected, TYPE.rejected, TYPE.denied, TYPE.failed]
const ATTENTION: readonly string[] = [TYPE.queued, TYPE.approvalRequested, TYPE.cancelled]

const INDENT = 2
const TIME = 8
const TYPE_WIDTH = 26
const SUBJECT = 31
const PHRASE = INDENT + TIME + TYPE_WIDTH + SUBJECT + 2
/** A phrase in a narrower column is hard to read: then it goes below. */
const LEAST = 40

type Colors = ReturnType<typeof pico.createColors>

function paint(colors: Colors, type: string): (text: string) => string {
  if (GOOD.includes(type)) return colors.green
  if (BAD.includes(type)) return colors.red
  if (ATTENTION.includes(type)) return colors.yellow
  return colors.dim
}

function faultsOf(event: CloudEvent): readonly ParameterFault[] {
  return event.type === TYPE.rejected ? ((event.data as RemediationRejected).faults ?? []) : []
}

/** What follows time, type and subject: beside them where there is room, else below. */
function phraseLines(phrase: string, columns: number): [beside: string, ...below: string[]] {
  const room = columns - PHRASE
  const isWide = room >= LEAST && phrase.split(' ').every(word => word.length <= room)
  const indent = ' '.repeat(isWide ? PHRASE : INDENT + TIME)
  const lines = wrapText(phrase, columns - indent.length)
  const [first = '', ...rest] = isWide ? lines : ['', ...lines]
  return [first, ...rest.map(line => indent + line)]
}

/** One line per event: seconds since the start, type, subject, and what it means. */
export function createTeller({ write, columns, isColourful, now }: Screen): Teller {
  const colors = pico.createColors(isColourful)
  const start = now()
  const print = (text: string): void => write(`${text.trimEnd()}\n`)
  return {
    chapter: title => print(`\n${colors.bold(title)}`),
    line: text => print(`${' '.repeat(INDENT)}${text}`),
    event(event) {
      const time = ((now() - start) / 1000).toFixed(3).padStart(TIME - 1)
      const type = shortType(event.type).padEnd(TYPE_WIDTH)
      // A long type takes its room from the subject.
      const subject = shortSubject(event.subject).padEnd(SUBJECT + TYPE_WIDTH - type.length)
      const [beside, ...below] = phraseLines(phraseOf(event), columns)
      print(
        `${' '.repeat(INDENT)}${colors.dim(time)} ${paint(colors, event.type)(type)} ${subject} ${beside}`,
      )
      for (const line of below) print(line)
      for (const { message } of faultsOf(event))
        for (const line of hangText(`${' '.repeat(INDENT + TIME)}· `, message, columns)) print(line)
    },
    block(title, text) {
      print(`\n${' '.repeat(INDENT)}${colors.bold(title)}`)
      print(text.trimEnd().replace(/^/gm, ' '.repeat(2 * INDENT)))
    },
  }
}
