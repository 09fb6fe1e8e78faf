// Prints the story: one line per event, blocks for what is worth seeing whole.

import colors from 'picocolors'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import type { ParameterFault, RemediationRejected } from '../../shared/events/types.ts'
import { phraseOf, shortSubject, shortType } from './phrase.ts'

export interface Teller {
  readonly chapter: (title: string) => void
  readonly line: (text: string) => void
  readonly event: (event: CloudEvent) => void
  readonly block: (title: string, text: string) => void
}

const GOOD: readonly string[] = [TYPE.playbookRegistered, TYPE.validated, TYPE.started, TYPE.succeeded]
const BAD: readonly string[] = [TYPE.playbookRejected, TYPE.rejected, TYPE.denied, TYPE.failed]
const ATTENTION: readonly string[] = [TYPE.queued, TYPE.approvalRequested, TYPE.cancelled]

function paint(type: string): (text: string) => string {
  if (GOOD.includes(type)) return colors.green
  if (BAD.includes(type)) return colors.red
  if (ATTENTION.includes(type)) return colors.yellow
  return colors.dim
}

function faultLines(event: CloudEvent): string[] {
  if (event.type !== TYPE.rejected) return []
  const { faults = [] } = event.data as RemediationRejected
  return faults.map(({ message }: ParameterFault) => `${' '.repeat(15)}${colors.red('·')} ${message}`)
}

/** Indents, so that a block stands apart from the lines. */
function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ')
}

export function createTeller(write: (text: string) => void, now: () => number): Teller {
  const print = (text: string): void => write(`${text}\n`)
  return {
    chapter: title => print(`\n${colors.bold(title)}`),
    line: text => print(`  ${text}`),
    event(event) {
      const time = new Date(now()).toISOString().slice(11, 23)
      const type = paint(event.type)(shortType(event.type).padEnd(29))
      const subject = shortSubject(event.subject).padEnd(32)
      print(`  ${colors.dim(time)} ${type} ${subject} ${phraseOf(event)}`)
      for (const line of faultLines(event)) print(line)
    },
    block(title, text) {
      print(`\n  ${colors.bold(title)}`)
      print(indent(text))
    },
  }
}
