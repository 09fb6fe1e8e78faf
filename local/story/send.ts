// Posts analyses to the Broker, as the analysis service would.

import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { emit } from '../../shared/events/emit.ts'

function parsed(text: string): Pick<CloudEvent, 'data' | 'datacontenttype'> {
  try {
    return { data: JSON.parse(text), datacontenttype: 'application/json' }
  } catch {
    // Prose around a JSON block is what models really answer.
    return { data: text, datacontenttype: 'text/plain' }
  }
}

/** The event that carries an analysis file. */
export async function analysisEvent(path: string, id: string): Promise<CloudEvent> {
  const content = parsed(await readFile(path, 'utf8'))
  const name = basename(path).replace(/[^\w.-]/g, '-')
  return {
    specversion: '1.0',
    id,
    source: '/local/analysis-service',
    type: TYPE.analysisCompleted,
    subject: name,
    ...content,
  } as CloudEvent
}

export async function sendAnalysis(sink: string, event: CloudEvent): Promise<void> {
  await emit(globalThis.fetch, sink, event)
}
