// The queues of work, and what fills them: every change of a run, of what it owns, and of what resolves it.

import { startInformer } from '../../shared/kubernetes/informer.ts'
import {
  type KubernetesObject,
  pipelineRuns,
  type Resource,
  resolutionRequests,
  taskRuns,
} from '../../shared/kubernetes/resources.ts'
import type { ResolutionRequest } from '../../shared/resolution/request.ts'
import type { Delivery } from './delivery.ts'
import { reconcilePipelineRun } from './pipelinerun.ts'
import { createQueue, type Queue } from './queue.ts'
import { reconcileResolution } from './resolution.ts'
import type { PipelineRun, TaskRun } from './run.ts'
import { createTaskPlayer } from './taskplayer.ts'
import type { Key, World } from './world.ts'

function pathOf({ metadata: { namespace = '', name } }: KubernetesObject): string {
  return `${namespace}/${name}`
}

function toKey(path: string): Key {
  const slash = path.indexOf('/')
  return { namespace: path.slice(0, slash), name: path.slice(slash + 1) }
}

function ownerRun({ metadata }: KubernetesObject): string | undefined {
  const owner = metadata.ownerReferences?.find(({ kind }) => kind === 'PipelineRun')
  return owner === undefined ? undefined : `${metadata.namespace ?? ''}/${owner.name}`
}

interface Controllers {
  readonly runs: Queue
  readonly tasks: Queue
  readonly requests: Queue
}

/** One queue per kind; a key is `namespace/name`. */
export function createControllers(world: World, log: (message: string) => void): Controllers {
  const player = createTaskPlayer(world)
  return {
    runs: createQueue(path => reconcilePipelineRun(world, toKey(path)), log),
    tasks: createQueue(path => player(toKey(path)), log),
    requests: createQueue(path => reconcileResolution(world, toKey(path)), log),
  }
}

/** Feeds the queues and the events from what the API server tells; settles after the first lists. */
export async function watchRuns(
  world: World,
  { runs, tasks, requests }: Controllers,
  { delivery, log }: { delivery: Delivery | undefined; log: (message: string) => void },
): Promise<void> {
  const { kubernetes, signal } = world
  function inform<T extends KubernetesObject>(resource: Resource, see: (object: T) => void): Promise<void> {
    return startInformer<T>({
      kubernetes,
      resource,
      signal,
      log,
      see: ({ type, object }) => {
        const owner = ownerRun(object)
        if (owner !== undefined) runs.add(owner)
        if (type === 'changed') see(object)
      },
    })
  }
  await Promise.all([
    inform<PipelineRun>(pipelineRuns, object => {
      delivery?.notice({ kind: 'pipelinerun', object })
      runs.add(pathOf(object))
    }),
    inform<TaskRun>(taskRuns, object => {
      delivery?.notice({ kind: 'taskrun', object })
      tasks.add(pathOf(object))
    }),
    inform<ResolutionRequest>(resolutionRequests, object => requests.add(pathOf(object))),
  ])
}
