// Posts analyses to the Broker, as the analysis service would.

import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { emit } from '../../shared/events/emit.ts'

/** What a file says: JSON, or the prose around a JSON block that models really answer. */
export function readContent(text: string): Pick<CloudEvent, 'data' | 'datacontenttype'> {
  try {
    return { data: JSON.parse(text), datacontenttype: 'application/json' }
  } catch {
    // Prose around a JSON block is what models really answer.
    return { data: text, datacontenttype: 'text/plain' }
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`The analysis ${path} cannot be read (${code}): name a file with --analysis.`)
  }
}

/** The event that carries an analysis file; throws an Error that says what to do where there is none. */
export async function analysisEvent(path: string, id: string): Promise<CloudEvent> {
  const content = readContent(await read(path))
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
