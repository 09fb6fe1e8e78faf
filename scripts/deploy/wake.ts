// Triggers look again: a subscriber that came after them is otherwise found only after 75 s.

import type { Condition } from '../../shared/kubernetes/resources.ts'
import { conditionOf, holds, type Trigger, triggers } from './kinds.ts'
import { type Place, triggersOf } from './surroundings.ts'
import { waitFor } from './waiting.ts'

const NUDGED = 'playbook.kubernaut.io/nudged'
/** Controllers see a new Service a moment after we do; who looked too early is asked once more. */
const AGAIN_MS = 5_000

interface Waking {
  readonly place: Place
  /** The deployed functions. */
  readonly names: readonly string[]
  readonly now: () => Date
}

/** Resolves when every Trigger of these functions is Ready; nothing is written where all are. Answers how many there are. */
export async function wake({ place, names, now }: Waking): Promise<number> {
  let nudgedAt = Number.NEGATIVE_INFINITY
  let found: readonly Trigger[] = []
  let unready: readonly Trigger[] = []
  const isAwake = async (): Promise<boolean> => {
    found = await triggersOf(place, names)
    unready = found.filter(trigger => !holds(trigger, 'Ready'))
    if (unready.length === 0) return true
    if (performance.now() - nudgedAt < AGAIN_MS) return false
    nudgedAt = performance.now()
    await nudge(place, now(), unready)
    return false
  }
  await waitFor('the Triggers to be Ready', isAwake).catch(error => {
    const reasons = unready.map(
      trigger => `${trigger.metadata.name} (${reasonOf(conditionOf(trigger, 'Ready'))})`,
    )
    throw new Error(`${error.message} Not Ready: ${reasons.join(', ')}`, { cause: error })
  })
  return found.length
}

async function nudge(place: Place, at: Date, objects: readonly Trigger[]): Promise<void> {
  const { kubernetes, namespace } = place
  const patch = { metadata: { annotations: { [NUDGED]: at.toISOString() } } }
  await Promise.all(
    objects.map(({ metadata }) => kubernetes.patch(triggers, { namespace, name: metadata.name }, patch)),
  )
}

function reasonOf(condition: Condition | undefined): string {
  return condition?.message ?? condition?.reason ?? 'no condition yet'
}
