// How long the functions themselves took for events, by their own logs.

import { TYPE } from '../../shared/events/contract.ts'
import { replyId } from '../../shared/events/identity.ts'
import { pathOf } from '../../shared/kubernetes/resources.ts'
import { headersOf } from '../event.ts'
import { resourceOf } from './objects.ts'
import type { Place } from './place.ts'
import { podsOf } from './services.ts'

export interface Spent {
  /** Milliseconds from the event's arrival at the function to its answer, per event. */
  readonly validate: readonly number[]
  readonly execute: readonly number[]
  readonly pods: number
}

interface Line {
  readonly msg?: string
  readonly type?: string
  readonly id?: string
  readonly ms?: number
}

const PODS = resourceOf('v1', 'Pod')

function linesOf(text: string): Line[] {
  return text.split('\n').flatMap(line => {
    try {
      return [JSON.parse(line) as Line]
    } catch {
      // What is no JSON is not of the functions.
      return []
    }
  })
}

async function logsOf({ connection, kubernetes, system }: Place, service: string): Promise<Line[][]> {
  const pods = await podsOf(kubernetes, system, service)
  return Promise.all(
    pods.map(async pod => {
      const path = `${pathOf(PODS, system, pod)}/log?container=user-container`
      const { status, text } = await connection.ask({ method: 'GET', path })
      return status === 200 ? linesOf(text) : []
    }),
  )
}

/** Reads the logs of the pods that are there now: soon after the events, before Serving takes pods away. */
export async function readSpent(place: Place, ids: readonly string[]): Promise<Spent> {
  const source = headersOf('')['ce-source'] ?? ''
  const validated = new Set(ids.map(id => replyId({ source, id }, TYPE.validated)))
  const asked = new Set(ids)
  const [validate, execute] = [await logsOf(place, 'validate'), await logsOf(place, 'execute')]
  const times = (lines: readonly Line[], wanted: ReadonlySet<string>, type: string): number[] =>
    lines.filter(line => line.type === type && wanted.has(line.id ?? '')).flatMap(({ ms }) => ms ?? [])
  return {
    validate: times(validate.flat(), asked, TYPE.analysisCompleted),
    execute: times(execute.flat(), validated, TYPE.validated),
    pods: validate.length + execute.length,
  }
}
