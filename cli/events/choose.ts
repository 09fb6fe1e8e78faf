// Which events are meant: pure.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { RUN_PREFIX } from '../../shared/remediation/marks.ts'
import { durationOf } from '../duration.ts'
import { Trouble } from '../shell.ts'

export interface ChoiceOptions {
  /** Whole types, or parts of them: `failed`, `remediation.failed`. */
  readonly type?: readonly string[]
  /** A run's name, or the beginning of one. */
  readonly remediation?: string
  /** No older than this, as a Go duration. */
  readonly since?: string
}

/** Those that leave a trace in the cluster. */
const KNOWN: readonly string[] = [
  TYPE.playbookRegistered,
  TYPE.playbookRejected,
  TYPE.rejected,
  TYPE.started,
  TYPE.queued,
  TYPE.approvalRequested,
  TYPE.denied,
  TYPE.succeeded,
  TYPE.failed,
  TYPE.cancelled,
]

/** `remediation.failed` of `io.kubernaut.remediation.failed.v1`. */
export function shortType(type: string): string {
  return type.replace(/^io\.kubernaut\./, '').replace(/\.v1$/, '')
}

function typesIn({ type: words = [] }: ChoiceOptions): readonly string[] {
  const fits = (word: string, type: string): boolean =>
    word === type || word === shortType(type) || shortType(type).endsWith(`.${word}`)
  for (const word of words)
    if (!KNOWN.some(type => fits(word, type)))
      throw new Trouble(`--type ${word} is none that is kept. There are ${KNOWN.map(shortType).join(', ')}.`)
  return words.length === 0 ? KNOWN : KNOWN.filter(type => words.some(word => fits(word, type)))
}

/** Throws Trouble for options that mean nothing. */
export function chooser(options: ChoiceOptions, now: number): (event: CloudEvent) => boolean {
  const { remediation, since } = options
  const age = since === undefined ? Number.POSITIVE_INFINITY : durationOf('--since', since, '2h')
  const types = typesIn(options)
  const beginning = remediation?.startsWith(RUN_PREFIX) === false ? RUN_PREFIX + remediation : remediation
  return ({ type, subject = '', time }) =>
    types.includes(type) &&
    (beginning === undefined || subject.startsWith(beginning)) &&
    !(Date.parse(time ?? '') < now - age)
}

/** After this nothing more is told of a remediation. */
export function isLast({ type }: CloudEvent): boolean {
  const last: readonly string[] = [TYPE.succeeded, TYPE.failed, TYPE.cancelled, TYPE.denied, TYPE.rejected]
  return last.includes(type)
}
