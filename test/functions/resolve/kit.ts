// ResolutionRequests as Tekton makes them, on a stage whose `resolve` answers bundles, the cluster and playbooks.

import { randomUUID } from 'node:crypto'
import { resolve } from '../../../functions/resolve/index.ts'
import type { LocalRegistryOptions } from '../../../local/registry/server.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import {
  type Condition,
  type KubernetesObject,
  resolutionRequests,
} from '../../../shared/kubernetes/resources.ts'
import type { ParamValue } from '../../../shared/resolution/params.ts'
import {
  isAnswered,
  type ResolutionRequest,
  succeededCondition,
  TYPE_LABEL,
} from '../../../shared/resolution/request.ts'
import type { Handler } from '../../../shared/runtime/function.ts'
import { changed } from '../../kit/events.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'
import { until } from '../../kit/until.ts'

export interface Resolving extends AsyncDisposable {
  readonly stage: Stage
  readonly handler: Handler
}

export async function startResolving(
  options: { env?: Readonly<Record<string, string>>; registry?: LocalRegistryOptions } = {},
): Promise<Resolving> {
  const env = { RESOLVERS: 'bundles,cluster,playbook', ...options.env }
  const stage = await startStage({ ...options, env })
  return { stage, handler: resolve.create(stage.services), [Symbol.asyncDispose]: stage[Symbol.asyncDispose] }
}

export interface Asking {
  readonly type?: string
  readonly params?: Readonly<Record<string, ParamValue>>
  readonly name?: string
}

/** Creates a request, and tells nobody. */
export function ask(
  stage: Stage,
  { type = 'bundles', params = {}, name }: Asking,
): Promise<ResolutionRequest> {
  return stage.kubernetes.create<ResolutionRequest>(resolutionRequests, {
    apiVersion: 'resolution.tekton.dev/v1beta1',
    kind: 'ResolutionRequest',
    metadata: {
      namespace: TENANT,
      name: name ?? `${type}-${randomUUID()}`,
      labels: { [TYPE_LABEL]: type },
    },
    spec: { params: Object.entries(params).map(([key, value]) => ({ name: key, value })) },
  })
}

export async function look(stage: Stage, { metadata }: KubernetesObject): Promise<ResolutionRequest> {
  const { namespace, name } = metadata
  const found = await stage.kubernetes.get<ResolutionRequest>(resolutionRequests, { namespace, name })
  if (found === undefined) throw new Error(`the request ${name} is gone`)
  return found
}

/** Delivers the event that a source sends for a new request, and waits until nothing is under way. */
export async function tell({ stage, handler }: Resolving, request: ResolutionRequest): Promise<void> {
  await handler(changed(request, TYPE.objectAdded))
  await stage.services.background.idle()
}

/** A request, told and answered. */
export async function answered(resolving: Resolving, asking: Asking): Promise<ResolutionRequest> {
  const request = await ask(resolving.stage, asking)
  await tell(resolving, request)
  return look(resolving.stage, request)
}

export function untilAnswered(stage: Stage, request: ResolutionRequest): Promise<ResolutionRequest> {
  return until('an answer', async () => {
    const now = await look(stage, request)
    return isAnswered(now) && now
  })
}

export function dataOf({ status }: ResolutionRequest): string {
  return Buffer.from(status?.data ?? '', 'base64').toString('utf8')
}

/** Why it failed. */
export function failureOf(request: ResolutionRequest): Condition {
  const condition = succeededCondition(request)
  if (condition?.status !== 'False') throw new Error(`it did not fail: ${JSON.stringify(request.status)}`)
  return condition
}

/** The parameters of a bundle's Pipeline. */
export function pipelineIn(bundle: string, name = 'scale'): Record<string, ParamValue> {
  return { bundle, name, kind: 'pipeline' }
}
