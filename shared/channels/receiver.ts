// What a receiver of news is, and the news it is given.

import type { CloudEvent } from '../events/cloudevent.ts'

/** News for people: a headline, a few facts in order, and the event that machines read. */
export interface News {
  readonly severity: 'good' | 'bad' | 'attention'
  readonly headline: string
  readonly facts: readonly (readonly [label: string, value: string])[]
  readonly event: CloudEvent
}

/** Somewhere news goes. `tell` resolves only when the news was taken; it throws a Fault otherwise. */
export interface Receiver {
  readonly name: string
  readonly tell: (news: News) => Promise<void>
}
