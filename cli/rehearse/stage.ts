// A world for a rehearsal: playbooks published and registered, a policy in force, and a clock that is set back to when
// each analysis was sent.

import { type PlaybookFolder, pushPlaybookFolder } from '../../local/story/playbook-folder.ts'
import { createEventStream, type EventStream } from '../../local/story/stream.ts'
import { SYSTEM, startWorld, type World } from '../../local/world/world.ts'
import { TYPE } from '../../shared/events/contract.ts'
import type { PlaybookRejected } from '../../shared/events/types.ts'
import { leases, pipelineRuns, type Resource } from '../../shared/kubernetes/resources.ts'
import { createLog } from '../../shared/runtime/log.ts'
import { type Shell, Trouble } from '../shell.ts'

export interface Setting {
  readonly playbooks: readonly PlaybookFolder[]
  /** The policy's text; the defaults hold without one. */
  readonly policy: string | undefined
}

export interface RehearsalStage extends AsyncDisposable {
  readonly world: World
  /** Sets the clock, and forgets what was: answers the events from now on. */
  readonly begin: (time: string | undefined) => Promise<EventStream>
}

async function publish(world: World, folder: PlaybookFolder, stream: EventStream): Promise<void> {
  const playbook = await pushPlaybookFolder(folder, world.registry.host)
  const { namespace = 'default', name } = playbook.metadata
  await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await world.apply({ ...playbook, metadata: { ...playbook.metadata, namespace } })
  const subject = `${namespace}/${name}`
  const verdict = await stream.waitFor(
    `${subject} to be registered`,
    ({ type, subject: about }) =>
      about === subject && (type === TYPE.playbookRegistered || type === TYPE.playbookRejected),
  )
  if (verdict.type === TYPE.playbookRegistered) return
  const { reason, message } = verdict.data as PlaybookRejected
  throw new Trouble(`The playbook ${subject} cannot be registered: ${reason}: ${message}`)
}

async function setPolicy(world: World, text: string): Promise<void> {
  const metadata = { name: 'playbook-policy', namespace: SYSTEM }
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'policy.yaml': text } }
  await world.apply(map)
}

async function removeAll(world: World, resource: Resource, namespace?: string): Promise<void> {
  const { items } = await world.kubernetes.list(resource, { namespace })
  for (const { metadata } of items) await world.kubernetes.remove(resource, metadata)
}

/** Throws Trouble for a playbook that cannot be registered. */
export async function openStage(shell: Shell, setting: Setting): Promise<RehearsalStage> {
  let stream = createEventStream()
  let offset = 0
  const world = await startWorld({
    log: createLog('silent'),
    now: () => shell.now() + offset,
    onEvent: event => stream.push(event),
    durationMs: 1,
  })
  try {
    for (const folder of setting.playbooks) await publish(world, folder, stream)
    if (setting.policy !== undefined) await setPolicy(world, setting.policy)
  } catch (error) {
    await world.close()
    throw error
  }
  return {
    world,
    async begin(time) {
      await world.idle()
      // Each by itself: no run before it has its target, and none is too many.
      await removeAll(world, pipelineRuns)
      await removeAll(world, leases, SYSTEM)
      await world.idle()
      const sent = Date.parse(time ?? '')
      offset = Number.isNaN(sent) ? 0 : sent - shell.now()
      stream = createEventStream()
      return stream
    },
    [Symbol.asyncDispose]: world.close,
  }
}
