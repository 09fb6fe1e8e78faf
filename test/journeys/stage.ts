// What a journey needs of a world, so that the same journeys run in the local one and on a cluster.

import { placeTarget } from '../../local/world/place-target.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { notYet } from '../conformance/until.ts'

export interface Stage {
  readonly kubernetes: Kubernetes
  /** Where bundles are pushed, as this process and the world's Tekton both reach it. */
  readonly registry: string
  /** An image with a shell, for steps. */
  readonly image: string
  /** The system's own namespace. */
  readonly system: string
  readonly apply: (object: KubernetesObject) => Promise<void>
  /** Posts an event to the Broker as any sender would; throws when it was not taken. */
  readonly send: (event: CloudEvent) => Promise<void>
  /** Brings the next sweep about, or waits for it. */
  readonly sweep: () => Promise<void>
  /** Lets a minute pass, where the world's clock can be moved; elsewhere one waits. */
  readonly later?: () => void
}

/** A step waits until kubelet shows its pod an annotation, which now and then takes kubelet a minute and a half. */
const PATIENCE_MS = 200_000
const PAUSE_MS = 50

/** Asks again until the answer is there; fails with the question and the last thing seen. */
export async function eventually<T>(
  question: string,
  ask: () => Promise<T | undefined>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const answer = await ask().catch(notYet)
    if (answer !== undefined) return answer
    if (performance.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s in vain: ${question}`)
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
  }
}

/** Sends an analysis of something that exists: the target is made where there is none. */
export async function sendAnalysis(stage: Stage, analysis: CloudEvent): Promise<void> {
  await placeTarget(stage, analysis.data)
  await stage.send(analysis)
}
