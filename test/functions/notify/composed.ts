// The news that the example of each event becomes, with changes.

import { readFileSync } from 'node:fs'
import { compose } from '../../../functions/notify/compose.ts'
import type { News } from '../../../shared/channels/receiver.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'

function exampleOf(type: string): Record<string, unknown> {
  const name = `../../../shared/events/examples/${type.slice('io.kubernaut.'.length)}.json`
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
}

export function eventOf(type: string, changes: object = {}): CloudEvent {
  return { specversion: '1.0', id: '1', source: '/s', type, data: { ...exampleOf(type), ...changes } }
}

export function newsOf(type: string, changes: object = {}): News {
  const news = compose(eventOf(type, changes))
  if (news === undefined) throw new Error(`nobody is told of ${type}`)
  return news
}

export const factsOf = (type: string, changes: object = {}): Record<string, string> =>
  Object.fromEntries(newsOf(type, changes).facts)

export const RUN = 'rem-5f0c1a7be25f0c1a7be25f0c1a7be25f0c1a7be2'
export const LOOK = `kubectl -n remediation get pipelinerun ${RUN} -o yaml`
