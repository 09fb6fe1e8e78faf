// The whole story, step by step: a playbook is published and registered, analyses arrive, a run ends, someone is told.

import { stringify } from 'yaml'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import { type KubernetesObject, pipelineRuns } from '../../shared/kubernetes/resources.ts'
import type { PipelineRun } from '../../shared/remediation/marks.ts'
import { runName } from '../../shared/remediation/marks.ts'
import type { World } from '../world/world.ts'
import { pushPlaybookFolder, readPlaybookFolder } from './playbook-folder.ts'
import { analysisEvent, sendAnalysis } from './send.ts'
import type { EventStream } from './stream.ts'
import type { Teller } from './teller.ts'

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
  teller.line(`pushed ${playbook.spec.bundle} from ${playbookFolder}`)
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
}

/** Sends one analysis and waits until it is decided; answers the verdict's event. */
async function analyse(story: Story, path: string, id: string): Promise<CloudEvent> {
  const { world, stream, teller } = story
  teller.chapter(`An analysis: ${path}`)
  const event = await analysisEvent(path, id)
  await sendAnalysis(world.sink, event)
  const correlationId = correlationOf(event)
  return stream.waitFor(
    `a verdict on ${path}`,
    each => VERDICTS.includes(each.type) && each.correlationid === correlationId,
  )
}

async function showRun({ world, teller }: Story, started: CloudEvent): Promise<void> {
  const { run } = started.data as { run: { namespace: string; name: string } }
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

/** Tells the story to its end: every analysis has a verdict, and every run that was started has ended and been told. */
export async function tellStory(story: Story, told: (subject: string) => Promise<string>): Promise<void> {
  const { stream, teller, analyses } = story
  await publish(story)
  const started: CloudEvent[] = []
  for (const [index, path] of analyses.entries()) {
    const verdict = await analyse(story, path, `incident-${index + 1}`)
    if (verdict.type === TYPE.started) started.push(verdict)
    if (verdict.type === TYPE.started && started.length === 1) await showRun(story, verdict)
  }
  if (started.length > 0) teller.chapter(started.length === 1 ? 'The run ends' : 'The runs end')
  let last = ''
  for (const { correlationid } of started) {
    const subject = runName(String(correlationid))
    await stream.waitFor(
      `the end of ${subject}`,
      each => ENDS.includes(each.type) && each.subject === subject,
    )
    last = await told(subject)
  }
  if (last !== '') teller.block('The notification', last)
}
