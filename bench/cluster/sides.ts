// The two sides take the same bytes: an analysis as a CloudEvent in binary mode, by HTTP POST.

import { randomUUID } from 'node:crypto'
import { Pool } from 'undici'
import { correlationOf } from '../../shared/events/identity.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { body as EXAMPLE, headersOf } from '../event.ts'
import type { Place } from './place.ts'

/** Who makes PipelineRuns of events. */
export interface Side {
  readonly name: string
  /** The label by which its runs say which event they were made for, and what it holds for an event's id. */
  readonly label: string
  readonly keyOf: (id: string) => string
  /** Answers the HTTP status. */
  readonly post: (id: string, body: string) => Promise<number>
  readonly close: () => Promise<void>
}

/** The label of the EventListener's runs, in `event-listener.yaml`, and of those that are made without anybody. */
const BENCH_LABEL = 'bench/id'
/** All events of a burst are under way at once: none waits for a connection in this process. */
const CONNECTIONS = 200
const ANSWER_LIMIT_MS = 180_000

/** Ids that no other run of the bench has had. */
export function freshIds(count: number): string[] {
  const run = randomUUID().slice(0, 8)
  return Array.from({ length: count }, (_, index) => `${run}-${index}`)
}

/** The example's analysis, for a playbook and a target of the bench. */
export function analysisOf(namespace: string, playbook: string, target: string): string {
  const analysis = JSON.parse(EXAMPLE.toString()) as { strategies: { parameters: object }[] }
  const strategies = analysis.strategies.map(strategy => ({
    ...strategy,
    playbook_id: `${namespace}/${playbook}`,
    parameters: { ...strategy.parameters, TARGET_RESOURCE_NAME: target, TARGET_NAMESPACE: namespace },
  }))
  return JSON.stringify({ ...analysis, strategies })
}

function poster(url: string): Pick<Side, 'post' | 'close'> {
  const { origin, pathname: path } = new URL(url)
  const options = { headersTimeout: ANSWER_LIMIT_MS, bodyTimeout: ANSWER_LIMIT_MS }
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1, ...options })
  return {
    async post(id, body) {
      const response = await pool.request({ method: 'POST', path, headers: headersOf(id), body })
      await response.body.dump()
      return response.statusCode
    },
    close: () => pool.close(),
  }
}

/** The Broker with the functions behind it. */
export function ours(url: string): Side {
  const keyOf = (id: string): string => correlationOf({ source: headersOf(id)['ce-source'] ?? '', id })
  return { name: 'ours', label: LABEL.correlation, keyOf, ...poster(url) }
}

/** An EventListener. */
export function theirs(name: string, url: string): Side {
  return { name, label: BENCH_LABEL, keyOf: id => id, ...poster(url) }
}

/** Nobody: this process creates the run itself, and pending, so that Tekton adds nothing: the floor under both. */
export function direct({ kubernetes, namespace, release }: Place): Side {
  return {
    name: 'direct',
    label: BENCH_LABEL,
    keyOf: id => id,
    async post(id, body) {
      const { strategies } = JSON.parse(body) as { strategies: { parameters: object }[] }
      const params = Object.entries(strategies[0]?.parameters ?? {})
      const pipeline = [
        { name: 'bundle', value: release.bundle ?? '' },
        { name: 'name', value: release.pipeline },
        { name: 'kind', value: 'pipeline' },
      ]
      await kubernetes.create<PipelineRun>(pipelineRuns, {
        apiVersion: 'tekton.dev/v1',
        kind: 'PipelineRun',
        metadata: { namespace, name: `bench-${id}`, labels: { [BENCH_LABEL]: id } },
        spec: {
          status: 'PipelineRunPending',
          pipelineRef: { resolver: 'bundles', params: pipeline },
          params: params.map(([name, value]) => ({ name, value: String(value) })),
        },
      })
      return 202
    },
    close: async () => undefined,
  }
}
