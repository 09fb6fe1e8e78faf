// What any running resolution endpoint must do, seen from Tekton's side: requests are made, and their status is read.

import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseDocuments } from '../../shared/bundle/yaml.ts'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { resolutionRequests } from '../../shared/kubernetes/resources.ts'
import type { ParamValue } from '../../shared/resolution/params.ts'
import {
  isAnswered,
  type ResolutionRequest,
  succeededCondition,
  TYPE_LABEL,
} from '../../shared/resolution/request.ts'
import { until } from './until.ts'

type Given = Readonly<Record<string, ParamValue>>

/** A cluster whose requests of one type somebody answers: ours, Tekton's, or others'. */
export interface ResolutionWorld {
  readonly kubernetes: Kubernetes
  readonly namespace: string
  readonly type: string
  readonly params: Given
  readonly expected: { readonly kind: string; readonly name: string }
  /** Leads to nothing. */
  readonly missing: Given
  /** Whether somebody writes conditions on success, as Tekton's lifecycle does. */
  readonly lifecycle: boolean
}

const BURST = 20

function ask(world: ResolutionWorld, params: Given = world.params): Promise<ResolutionRequest> {
  const { kubernetes, namespace, type } = world
  return kubernetes.create<ResolutionRequest>(resolutionRequests, {
    apiVersion: 'resolution.tekton.dev/v1beta1',
    kind: 'ResolutionRequest',
    metadata: {
      namespace,
      name: `${type.slice(0, 30)}-${randomUUID().replaceAll('-', '')}`,
      labels: { [TYPE_LABEL]: type },
    },
    spec: { params: Object.entries(params).map(([name, value]) => ({ name, value })) },
  })
}

function answerOf(
  { kubernetes }: ResolutionWorld,
  { metadata }: ResolutionRequest,
): Promise<ResolutionRequest> {
  const { namespace, name } = metadata
  return until(`an answer to ${name}`, async () => {
    const now = await kubernetes.get<ResolutionRequest>(resolutionRequests, { namespace, name })
    return now !== undefined && isAnswered(now) ? now : undefined
  })
}

/** Defines the tests; `open` is asked once. Requests are made in the world's namespace, which is thrown away afterwards. */
export function defineResolutionConformance(open: () => Promise<ResolutionWorld>): void {
  let world: ResolutionWorld
  beforeAll(async () => {
    world = await open()
  })

  test('a request gets its object as base64, with its source under both names', async () => {
    const { status } = await answerOf(world, await ask(world))
    const data = status?.data ?? ''
    expect(Buffer.from(data, 'base64').toString('base64')).toBe(data)
    const [document, ...others] = parseDocuments(Buffer.from(data, 'base64').toString('utf8'))
    expect(others).toEqual([])
    expect(document?.object).toMatchObject({
      apiVersion: expect.stringMatching(/^tekton\.dev\//),
      kind: world.expected.kind,
      metadata: { name: world.expected.name },
    })
    expect(status?.refSource).toMatchObject({ uri: expect.any(String), digest: expect.any(Object) })
    expect(status?.source).toEqual(status?.refSource)
    for (const key of Object.keys(status?.annotations ?? {})) expect(key).toContain('/')
  })

  test('success is marked by the lifecycle, where there is one, and by nobody else', async () => {
    const request = await ask(world)
    const answered = await answerOf(world, request)
    if (!world.lifecycle) return expect(succeededCondition(answered)).toBeUndefined()
    const done = await until('success', async () => {
      const { namespace, name } = request.metadata
      const now = await world.kubernetes.get<ResolutionRequest>(resolutionRequests, { namespace, name })
      return now !== undefined && succeededCondition(now)?.status === 'True' ? now : undefined
    })
    expect(done.status?.data).toBe(answered.status?.data)
  })

  test('a request for nothing fails with a reason and a message that names it, and gets no data', async () => {
    const request = await ask(world, world.missing)
    const failed = await answerOf(world, request)
    const condition = succeededCondition(failed)
    expect(condition).toMatchObject({ status: 'False', reason: 'ResolutionFailed' })
    expect(condition?.message).toMatch(/^error getting "\w+" "/)
    expect(condition?.message).toContain(`${request.metadata.namespace}/${request.metadata.name}`)
    expect(failed.status?.data ?? '').toBe('')
  })

  test('many equal requests at once get equal answers', async () => {
    const requests = await Promise.all(Array.from({ length: BURST }, () => ask(world)))
    const answers = await Promise.all(requests.map(request => answerOf(world, request)))
    expect(new Set(answers.map(({ status }) => status?.data))).toHaveLength(1)
    expect(new Set(answers.map(({ status }) => JSON.stringify(status?.refSource)))).toHaveLength(1)
  })

  describe('whoever has the type of another', () => {
    test('is not answered, and not failed', async () => {
      const other = await ask({ ...world, type: `not-${world.type}` })
      await answerOf(world, await ask(world))
      const { namespace, name } = other.metadata
      const now = await world.kubernetes.get<ResolutionRequest>(resolutionRequests, { namespace, name })
      expect(now === undefined || isAnswered(now)).toBe(false)
    })
  })
}
