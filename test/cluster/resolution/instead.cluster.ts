// With Tekton's own resolvers scaled to zero: the examples of its documentation resolve through ours, and none delays another.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseDocuments } from '../../../shared/bundle/yaml.ts'
import { resolutionRequests } from '../../../shared/kubernetes/resources.ts'
import { endingOf } from '../../../shared/remediation/marks.ts'
import { isAnswered, type ResolutionRequest, succeededCondition } from '../../../shared/resolution/request.ts'
import { defineResolutionConformance } from '../../conformance/resolution.ts'
import { eventually } from '../../journeys/stage.ts'
import { type Cluster, openCluster, setting } from '../cluster.ts'
import { kubectl } from '../kubectl.ts'
import { answerTo, dataOf, endOf, request, sourceOf, startRun } from './asking.ts'
import { EXAMPLES } from './examples.ts'
import {
  installAllResolvers,
  removeResolvers,
  startTektonResolvers,
  stopTektonResolvers,
} from './installation.ts'
import { openWorld, type World } from './world.ts'

const MINUTES_5 = 300_000

let asker: Cluster
let world: World

beforeAll(async () => {
  asker = await openCluster('instead')
  world = await openWorld(asker.namespace, setting('REGISTRY'))
  stopTektonResolvers()
  installAllResolvers()
}, MINUTES_5)

afterAll(async () => {
  startTektonResolvers()
  removeResolvers()
  await asker?.[Symbol.asyncDispose]()
  await world?.[Symbol.asyncDispose]()
}, MINUTES_5)

describe.each(Object.entries(EXAMPLES))('%s', (type, { examples, missing }) => {
  test.each(examples)('$title', async ({ kind, name, params }) => {
    const answered = await answerTo(asker, await request(asker, type, params(world)))
    const condition = succeededCondition(answered)
    expect(condition?.status === 'False' ? condition.message : 'not failed').toBe('not failed')
    const [document] = parseDocuments(dataOf(answered))
    expect(document?.object).toMatchObject({ kind, metadata: { name } })
    expect(answered.status?.refSource).toMatchObject({ uri: expect.any(String), digest: expect.any(Object) })
  })

  test('a run of the pipeline succeeds, and says where it came from', async () => {
    const example = examples.find(({ kind }) => kind === 'Pipeline')
    const ended = await endOf(asker, await startRun(asker, type, { params: example?.params(world) ?? {} }))
    expect(endingOf(ended)).toMatchObject({ finish: 'succeeded' })
    expect(sourceOf(ended)).toMatchObject({ uri: expect.any(String), digest: expect.any(Object) })
  })

  test('what is not there fails the request, and an Event says so', async () => {
    const failed = await answerTo(asker, await request(asker, type, missing(world)))
    expect(succeededCondition(failed)).toMatchObject({ status: 'False', reason: 'ResolutionFailed' })
    await eventOf(failed, 'ResolutionFailed')
  })
})

describe('the suite for any endpoint', () => {
  defineResolutionConformance(async () => ({
    ...asker,
    type: 'bundles',
    params: { bundle: world.bundle, name: 'hello-pipeline', kind: 'pipeline' },
    expected: { kind: 'Pipeline', name: 'hello-pipeline' },
    missing: { bundle: world.bundle, name: 'absent', kind: 'pipeline' },
    lifecycle: true,
  }))
})

/** Resolves when people were told this of a request. */
function eventOf({ metadata }: ResolutionRequest, reason: string): Promise<true> {
  const selector = `--field-selector=involvedObject.name=${metadata.name},reason=${reason}`
  const ask = ['-n', asker.namespace, 'get', 'events', '-o', 'name', selector]
  return eventually(`the Event ${reason}`, async () => kubectl(ask) !== '' || undefined)
}

test('a clone of more than ten seconds does not delay the next request', async () => {
  const release = world.slow.hold()
  try {
    const path = { revision: 'main', pathInRepo: 'task/git-clone/0.6/git-clone.yaml' }
    const slow = await request(asker, 'git', { url: `http://${world.slow.host}/catalog.git`, ...path })
    await eventually('it is cloned', async () => world.slow.asked.length > 0 || undefined)
    const at = performance.now()
    const next = await request(asker, 'git', { url: world.repository, cache: 'never', ...path })
    expect(dataOf(await answerTo(asker, next))).toContain('git-clone')
    expect(performance.now() - at).toBeLessThan(5_000)
    await eventOf(slow, 'ResolutionSlow')
    const meanwhile = await asker.kubernetes.get<ResolutionRequest>(resolutionRequests, slow.metadata)
    expect(meanwhile !== undefined && isAnswered(meanwhile)).toBe(false)
    release()
    expect(dataOf(await answerTo(asker, slow))).toContain('git-clone')
  } finally {
    release()
  }
})
