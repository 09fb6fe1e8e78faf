// The whole story, step by step: a playbook is published and registered, analyses arrive, a run ends, someone is told.

import { stringify } from 'yaml'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import type { RemediationAccepted } from '../../shared/events/types.ts'
import { type KubernetesObject, pipelineRuns, playbooks } from '../../shared/kubernetes/resources.ts'
import type { PipelineRun } from '../../shared/remediation/marks.ts'
import { runName } from '../../shared/remediation/marks.ts'
import { placeTarget } from '../world/place-target.ts'
import type { World } from '../world/world.ts'
import { pushPlaybookFolder, readPlaybookFolder } from './playbook-folder.ts'
import { analysisEvent, sendAnalysis } from './send.ts'
import type { EventStream } from './stream.ts'
import type { Teller } from './teller.ts'
import { whyWaiting } from './waiting.ts'

export interface Story {
  readonly world: World
  readonly stream: EventStream
  readonly teller: Teller
  readonly playbookFolder: string
  readonly analyses: readonly string[]
}

const VERDICTS: readonly string[] = [
  TYPE.rejected,
  TYPE.denied,
  TYPE.started,
  TYPE.queued,
  TYPE.approvalRequested,
]
const ENDS: readonly string[] = [TYPE.succeeded, TYPE.failed, TYPE.cancelled]

async function publish({ world, teller, stream, playbookFolder }: Story): Promise<void> {
  teller.chapter('A playbook is published and registered')
  const folder = await readPlaybookFolder(playbookFolder)
  const playbook = await pushPlaybookFolder(folder, world.registry.host)
  teller.line(`pushed ${playbook.spec.bundle ?? playbook.spec.image} from ${playbookFolder}`)
  const { namespace = 'default', name } = playbook.metadata
  await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await world.apply({ ...playbook, metadata: { ...playbook.metadata, namespace } })
  const subject = `${namespace}/${name}`
  const verdict = await stream.waitFor(
    `${subject} to be registered`,
    event =>
      (event.type === TYPE.playbookRegistered || event.type === TYPE.playbookRejected) &&
      event.subject === subject,
  )
  if (verdict.type === TYPE.playbookRejected)
    throw new Error(`The playbook ${subject} was rejected; see above.`)
  await settled(world, stream, { namespace, name })
}

/** Waits until the last change to the Playbook was told too, so that the next chapter begins with its own events. */
async function settled(
  world: World,
  stream: EventStream,
  key: { namespace: string; name: string },
): Promise<void> {
  const resourceVersion = (await world.kubernetes.get(playbooks, key))?.metadata.resourceVersion
  await stream.waitFor(`the last change to ${key.name}`, ({ data }) => {
    const { metadata } = (data ?? {}) as Partial<KubernetesObject>
    return metadata?.resourceVersion === resourceVersion
  })
}

/** Sends one analysis and waits until it is decided; answers the verdict's event. */
async function analyse(story: Story, path: string, id: string): Promise<CloudEvent> {
  const { world, stream, teller } = story
  teller.chapter(`An analysis: ${path}`)
  const event = await analysisEvent(path, id)
  await placeTarget(world, event.data)
  await sendAnalysis(world.sink, event)
  const correlationId = correlationOf(event)
  return stream.waitFor(
    `a verdict on ${path}`,
    each => VERDICTS.includes(each.type) && each.correlationid === correlationId,
  )
}

async function showRun({ world, teller }: Story, started: CloudEvent): Promise<void> {
  const { run } = started.data as RemediationAccepted
  const object = await world.kubernetes.get<PipelineRun>(pipelineRuns, run)
  if (object === undefined) throw new Error(`${run.namespace}/${run.name} is not in the API server`)
  // kubectl reads YAML 1.1, where a bare `no` is false.
  teller.block('The PipelineRun that was created', stringify(readable(object), { version: '1.1' }))
}

/** Without what the API server keeps for itself. */
function readable(object: KubernetesObject): object {
  const { uid: _, resourceVersion: __, generation: ___, ...metadata } = object.metadata
  const { status: ____, ...rest } = object as KubernetesObject & { status?: unknown }
  return { ...rest, metadata }
}

/** Waits until every run that was started has ended and was told; shows the last notification. */
async function awaitEnds(
  { stream, teller }: Story,
  started: readonly CloudEvent[],
  told: Told,
): Promise<void> {
  if (started.length === 0) return
  teller.chapter(started.length === 1 ? 'The run ends' : 'The runs end')
  let last = ''
  for (const { correlationid } of started) {
    const subject = runName(String(correlationid))
    await stream.waitFor(
      `the end of ${subject}`,
      each => ENDS.includes(each.type) && each.subject === subject,
    )
    last = await told(subject)
  }
  teller.block('The notification', last)
}

/** Says of each run that may not start yet what it waits for. */
async function showWaiting({ world, teller }: Story, verdicts: readonly CloudEvent[]): Promise<void> {
  const waiting = verdicts.filter(({ type }) => type === TYPE.queued || type === TYPE.approvalRequested)
  if (waiting.length === 0) return
  // The locks are free of ended runs only when every delivery is done.
  await world.idle()
  teller.chapter('What still waits')
  for (const { data } of waiting) {
    const { run } = data as RemediationAccepted
    for (const line of await whyWaiting(world.kubernetes, run)) teller.line(line)
  }
}

/** The notification about a subject, once there is one. */
type Told = (subject: string) => Promise<string>

/** Tells the story to its end: every analysis has a verdict, and every run that was started has ended and been told. */
export async function tellStory(story: Story, told: Told): Promise<void> {
  await publish(story)
  const verdicts: CloudEvent[] = []
  for (const [index, path] of story.analyses.entries()) {
    const verdict = await analyse(story, path, `incident-${index + 1}`)
    const isFirstRun = verdict.type === TYPE.started && !verdicts.some(({ type }) => type === TYPE.started)
    verdicts.push(verdict)
    if (isFirstRun) await showRun(story, verdict)
  }
  await awaitEnds(
    story,
    verdicts.filter(({ type }) => type === TYPE.started),
    told,
  )
  await showWaiting(story, verdicts)
}
