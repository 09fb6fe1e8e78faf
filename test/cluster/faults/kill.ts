// Kills a function's pod while it handles an event: the process ends between two lines, and the pod goes with it.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Kubernetes } from '../../../shared/kubernetes/client.ts'
import { until } from '../../conformance/until.ts'
import { isReady, type Pod, pods } from '../kinds.ts'
import { SYSTEM } from '../stage.ts'

const run = promisify(execFile)
const PROGRAM = readFileSync(new URL('pods/lie-in-wait.ts', import.meta.url), 'utf8')
/** A pod may have to start first, from zero, on a machine that is busy. */
const PATIENCE_MS = 90_000
const PAUSE_MS = 300
/** How long the process lives on after an event came; handling one takes 5 to 100 ms. */
const DELAYS_MS = [0, 1, 3, 8, 20, 50]

export interface Victim {
  readonly kubernetes: Kubernetes
  /** The function's name. */
  readonly name: string
  /** Has an event sent that this function takes. */
  readonly feed: () => void
}

async function readyPods({ kubernetes, name }: Victim): Promise<readonly Pod[]> {
  const labelSelector = `function.knative.dev/name=${name}`
  const { items } = await kubernetes.list<Pod>(pods, { namespace: SYSTEM, labelSelector })
  return items.filter(isReady)
}

/** One that is up; where there is none, what is sent wakes one. */
function findPod(victim: Victim): Promise<Pod> {
  const ask = async () => {
    const found = await readyPods(victim)
    if (found.length === 0) victim.feed()
    return found[Math.floor(Math.random() * found.length)]
  }
  return until(`a pod of ${victim.name}`, ask, PATIENCE_MS)
}

function restartsOf({ status }: Pod, container: string): number {
  return status?.containerStatuses?.find(({ name }) => name === container)?.restartCount ?? 0
}

/** False where the pod went away by itself before anything could be laid in it. */
async function lieInWait({ metadata }: Pod, container: string, delay: number): Promise<boolean> {
  const inside = ['-n', SYSTEM, 'exec', metadata.name, '-c', container, '--']
  // The image may have Node anywhere; the function itself is one.
  const node = ['/proc/1/exe', '--input-type=module-typescript', '-e', PROGRAM, '--', String(delay)]
  return run('kubectl', [...inside, ...node], { timeout: 20_000 }).then(
    () => true,
    () => false,
  )
}

/** Feeds the function until the process has died, for as long as the pod is there. */
async function awaitDeath(victim: Victim, pod: Pod, container: string): Promise<boolean> {
  const before = restartsOf(pod, container)
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    victim.feed()
    await sleep(PAUSE_MS)
    const now = await victim.kubernetes.get<Pod>(pods, pod.metadata)
    if (now === undefined || now.metadata.uid !== pod.metadata.uid) return false
    if (restartsOf(now, container) > before) return true
    if (now.status?.containerStatuses?.some(({ name, state }) => name === container && state?.terminated))
      return true
  }
  throw new Error(`${pod.metadata.name} did not die: does ${victim.name} get any event?`)
}

let count = 0

/** Resolves when one pod has died while handling something, and was deleted. */
export async function killWhileHandling(victim: Victim): Promise<void> {
  for (;;) {
    const pod = await findPod(victim)
    const container = pod.spec.containers[0]?.name ?? ''
    const delay = DELAYS_MS[count++ % DELAYS_MS.length] ?? 0
    if (!(await lieInWait(pod, container, delay))) continue
    if (!(await awaitDeath(victim, pod, container))) continue
    await deletePods(SYSTEM, [pod.metadata.name])
    return
  }
}

/** At once, without waiting until they are gone. */
export async function deletePods(namespace: string, which: readonly string[]): Promise<void> {
  const now = ['--grace-period=0', '--force', '--wait=false', '--ignore-not-found']
  await run('kubectl', ['-n', namespace, 'delete', 'pods', ...which, ...now])
}
