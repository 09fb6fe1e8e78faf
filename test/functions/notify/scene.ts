// A run that is under way, and somebody who wants to know of its end.

import { notify } from '../../../functions/notify/index.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import type { Services } from '../../../shared/runtime/function.ts'
import { registered } from '../../kit/playbooks.ts'
import { startReceiver, type TestReceiver } from '../../kit/receiver.ts'
import { analysis, begin } from '../../kit/remediations.ts'
import { type Stage, startStage } from '../../kit/stage.ts'

export interface Scene {
  readonly stage: Stage
  readonly receiver: TestReceiver
  readonly run: string
  readonly tell: (event: CloudEvent, services?: Services) => Promise<CloudEvent | undefined>
}

/** Sets the scene, plays, and strikes it. */
export async function scene(play: (scene: Scene) => Promise<void>, options = {}): Promise<void> {
  await using receiver = await startReceiver()
  await using stage = await startStage({ env: receiver.env, ...options })
  await registered(stage, 'scale', { cooldown: '0' })
  const { run } = await begin(stage, 'a', analysis('scale'))
  const tell = (event: CloudEvent, services = stage.services) => notify.create(services)(event)
  await play({ stage, receiver, run, tell })
}
