// What came of the remediations, as the receiver of a webhook, the runs and a watch over them tell it.

import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { hashOf } from '../../../shared/events/identity.ts'
import { endingOf, LABEL, type PipelineRun } from '../../../shared/remediation/marks.ts'
import type { Delivery } from './pods/receiver.ts'

const ENDINGS: readonly string[] = [TYPE.succeeded, TYPE.failed, TYPE.cancelled]

export function isEnded(run: PipelineRun): boolean {
  return endingOf(run) !== undefined
}

/** It has ended, everyone knows, and nothing of it is left in its target's lock. */
export function isSettled(run: PipelineRun): boolean {
  const { labels } = run.metadata
  return isEnded(run) && labels?.[LABEL.told] === 'yes' && labels[LABEL.lock] === undefined
}

/** How the runs ended, each message once however often it was delivered: run and outcome, sorted. */
export function toldEndings(deliveries: readonly Delivery[]): string[] {
  const messages = new Map(
    deliveries.filter(({ type }) => ENDINGS.includes(type)).map(each => [each.id, each]),
  )
  return [...messages.values()].map(({ subject, type }) => `${subject} ${type}`).sort()
}

/** The id under which the refusal of an analysis is told. */
export function refusalId({ source, id }: CloudEvent): string {
  return hashOf(source, id, TYPE.rejected)
}

export interface Repeat {
  readonly id: string
  /** Seconds from one delivery of the message to the next. */
  readonly after: number
}

/** Messages that were delivered more than once, under the same id. */
export function repeatsIn(deliveries: readonly Delivery[]): Repeat[] {
  return [...Map.groupBy(deliveries, ({ id }) => id)].flatMap(([id, same]) =>
    same.slice(1).map(({ at }, index) => ({ id, after: (at - (same[index]?.at ?? at)) / 1000 })),
  )
}
