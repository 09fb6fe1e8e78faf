// Many ResolutionRequests for one thing at once: how long each waits from its creation for its data.

import { randomUUID } from 'node:crypto'
import { waitFor } from '../../scripts/deploy/waiting.ts'
import { pathOf, resolutionRequests } from '../../shared/kubernetes/resources.ts'
import { type ResolutionRequest, succeededCondition, TYPE_LABEL } from '../../shared/resolution/request.ts'
import type { Place } from './place.ts'

const PATIENCE_MS = 90_000

function requestFor(namespace: string, bundle: string): ResolutionRequest {
  const params = [
    { name: 'bundle', value: bundle },
    { name: 'name', value: 'scale' },
    { name: 'kind', value: 'pipeline' },
  ]
  return {
    apiVersion: 'resolution.tekton.dev/v1beta1',
    kind: 'ResolutionRequest',
    metadata: { namespace, name: `bundles-${randomUUID()}`, labels: { [TYPE_LABEL]: 'bundles' } },
    spec: { params },
  }
}

/** When the watch brought the data of each; the API server ends a watch whose reader is slow, which is then taken up again. */
async function follow(
  { kubernetes, namespace }: Place,
  count: number,
  from: string,
): Promise<ReadonlyMap<string, number>> {
  const answered = new Map<string, number>()
  const signal = AbortSignal.timeout(PATIENCE_MS)
  let resourceVersion = from
  while (answered.size < count) {
    const selection = { namespace, resourceVersion, signal }
    for await (const { object } of kubernetes.watch<ResolutionRequest>(resolutionRequests, selection)) {
      resourceVersion = object.metadata.resourceVersion ?? resourceVersion
      const { name } = object.metadata
      const condition = succeededCondition(object)
      if (condition?.status === 'False') throw new Error(`${name} failed: ${condition.message}`)
      if ((object.status?.data ?? '') === '' || answered.has(name)) continue
      answered.set(name, performance.now())
      if (answered.size === count) break
    }
  }
  return answered
}

/** Milliseconds from the answer to each creation until a watch shows the data. Throws where one fails, or is not answered. */
export async function measureRequests(place: Place, bundle: string, count: number): Promise<number[]> {
  const { kubernetes, connection, namespace } = place
  const { resourceVersion } = await kubernetes.list(resolutionRequests, { namespace })
  const answers = follow(place, count, resourceVersion)
  // It is awaited below; until then it is nobody's.
  answers.catch(() => undefined)
  const created = new Map<string, number>()
  const create = async (): Promise<void> => {
    const request = requestFor(namespace, bundle)
    await kubernetes.create<ResolutionRequest>(resolutionRequests, request)
    created.set(request.metadata.name, performance.now())
  }
  await Promise.all(Array.from({ length: count }, create))
  const answered = await answers
  await connection.ask({ method: 'DELETE', path: pathOf(resolutionRequests, namespace) })
  const left = async () => (await kubernetes.list(resolutionRequests, { namespace })).items.length
  await waitFor('the ResolutionRequests to go', async () => (await left()) === 0)
  return [...created].map(([name, at]) => Math.max(0, (answered.get(name) ?? Number.NaN) - at))
}
