// The timer's tick and what follows from it: each posted event reaches the functions that the Triggers would wake.

import { allFunctions } from '../../functions/all.ts'
import { sweep } from '../../functions/sweep/index.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { acceptsType } from '../../shared/runtime/function.ts'
import { tick } from './events.ts'
import type { Stage } from './stage.ts'

function wakes(name: string, event: CloudEvent): boolean {
  const aboutPlaybook = event.kind === 'Playbook'
  if (name === 'register') return aboutPlaybook
  return (name === 'execute' || name === 'notify') && !aboutPlaybook
}

/** One sweep; answers what it posted. */
export async function sweepOnce(stage: Stage): Promise<CloudEvent[]> {
  await sweep.create(stage.services)(tick())
  await stage.services.background.idle()
  return stage.posted.splice(0)
}

/** One sweep, and everything that its events lead to; answers the replies. */
export async function repair(stage: Stage): Promise<CloudEvent[]> {
  const replies: CloudEvent[] = []
  for (const event of await sweepOnce(stage))
    for (const each of allFunctions) {
      if (!wakes(each.name, event) || !acceptsType(each, event.type)) continue
      const reply = await each.create(stage.services)(event)
      if (reply !== undefined) replies.push(reply)
    }
  await stage.services.background.idle()
  return replies
}
