// Triggers look again: a subscriber that came after them is otherwise found only after 75 s.

import type { Condition } from '../../shared/kubernetes/resources.ts'
import { conditionOf, holds, type Trigger, triggers } from './kinds.ts'
import { type Place, triggersOf } from './surroundings.ts'
import { waitFor } from './waiting.ts'

const NUDGED = 'playbook.kubernaut.io/nudged'
/** Controllers see a new Service a moment after we do; who looked too early is asked once more. */
const AGAIN_MS = 3_000

interface Waking {
  readonly place: Place
  /** The deployed functions. */
  readonly names: readonly string[]
  readonly now: () => Date
}

/**
 * Resolves when every Trigger of these functions is Ready; nothing is written where all are. Answers how many there are.
 * One after the other: their Subscriptions each rewrite the whole list of a channel's subscribers, and two at once
 * overwrite each other (knative/eventing pkg/reconciler/subscription, a merge patch without a resourceVersion).
 */
export async function wake({ place, names, now }: Waking): Promise<number> {
  let last = { name: '', at: 0 }
  let unready: readonly Trigger[] = []
  let count = 0
  const isAwake = async (): Promise<boolean> => {
    const found = await triggersOf(place, names)
    count = found.length
    unready = found.filter(trigger => !holds(trigger, 'Ready'))
    const [next] = unready
    if (next === undefined) return true
    const { name } = next.metadata
    const isWaiting = name === last.name && performance.now() - last.at < AGAIN_MS
    if (isWaiting) return false
    last = { name, at: performance.now() }
    await nudge(place, name, now())
    return false
  }
  await waitFor('the Triggers to be Ready', isAwake).catch(error => {
    const reasons = unready.map(
      trigger => `${trigger.metadata.name} (${reasonOf(conditionOf(trigger, 'Ready'))})`,
    )
    throw new Error(`${error.message} Not Ready: ${reasons.join(', ')}`, { cause: error })
  })
  return count
}

async function nudge({ kubernetes, namespace }: Place, name: string, at: Date): Promise<void> {
  const patch = { metadata: { annotations: { [NUDGED]: at.toISOString() } } }
  await kubernetes.patch(triggers, { namespace, name }, patch)
}

function reasonOf(condition: Condition | undefined): string {
  return condition?.message ?? condition?.reason ?? 'no condition yet'
}
