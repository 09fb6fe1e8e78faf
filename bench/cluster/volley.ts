// One volley of events on one side: sent one after the other or all at once, seen by a watch, counted, and cleaned up.

import { setTimeout as sleep } from 'node:timers/promises'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { endingOf, isPending, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { PLAYBOOK, type Place } from './place.ts'
import { type RunWatch, watchRuns } from './run-watch.ts'
import { analysisOf, freshIds, type Side } from './sides.ts'
import { type Tally, tallyOf } from './tally.ts'

export interface VolleyOptions {
  readonly count: number
  /** How many targets the events share. */
  readonly targets: number
  /** `burst`: all at once. `one`: each when the run of the last was seen. */
  readonly mode: 'burst' | 'one'
}

export interface Volley extends Tally {
  readonly ids: readonly string[]
  /** The first of the runs. */
  readonly run: PipelineRun | undefined
  /** How many events were answered with something else than 202; a sender would send them again. */
  readonly refused: number
  /** Milliseconds from sending to the answer. */
  readonly answers: readonly number[]
}

const PATIENCE_MS = 180_000
const SETTLE_MS = 180_000
const PAUSE_MS = 500

interface Sending {
  readonly sent: Map<string, number>
  readonly answers: number[]
  refused: number
}

async function send(side: Side, sending: Sending, event: { id: string; body: string }): Promise<void> {
  const at = performance.now()
  sending.sent.set(side.keyOf(event.id), at)
  const status = await side.post(event.id, event.body).catch(() => 0)
  sending.answers.push(performance.now() - at)
  if (status !== 202) sending.refused += 1
}

/** Sends them and waits until the watch has seen a run of each, or patience ends. */
async function fire(
  side: Side,
  watch: RunWatch,
  { events, mode }: { events: readonly { id: string; body: string }[]; mode: VolleyOptions['mode'] },
): Promise<Sending> {
  const sending: Sending = { sent: new Map(), answers: [], refused: 0 }
  const seen = (): Set<string> => new Set(watch.sightings(side.label).map(({ key }) => key))
  if (mode === 'burst') {
    const sent = Promise.all(events.map(event => send(side, sending, event)))
    await watch.until(() => seen().size >= events.length, PATIENCE_MS)
    await sent
  } else
    for (const event of events) {
      await send(side, sending, event)
      await watch.until(() => seen().has(side.keyOf(event.id)), PATIENCE_MS)
    }
  return sending
}

/** Ours is over when everyone was told, too: what the functions still do must not fall into the next volley. */
function isOver(run: PipelineRun): boolean {
  const { labels } = run.metadata
  const isOurs = labels?.[LABEL.correlation] !== undefined
  if (!isOurs) return endingOf(run) !== undefined || isPending(run)
  return endingOf(run) !== undefined && labels[LABEL.told] === 'yes' && labels[LABEL.lock] === undefined
}

async function settle({ kubernetes, namespace }: Place): Promise<void> {
  const end = performance.now() + SETTLE_MS
  for (;;) {
    const { items } = await kubernetes.list<PipelineRun>(pipelineRuns, { namespace })
    const left = items.filter(run => !isOver(run))
    if (left.length === 0) return
    const [first] = left
    if (performance.now() > end)
      throw new Error(
        `${left.length} PipelineRuns have not ended and been told after ${SETTLE_MS / 1000} s, one of them ${first?.metadata.name}.`,
      )
    await sleep(PAUSE_MS)
  }
}

/** The watch goes on until everything has settled, so that what is made twice late is seen too. */
export async function fireVolley(place: Place, side: Side, options: VolleyOptions): Promise<Volley> {
  const { kubernetes, namespace } = place
  const { count, mode } = options
  const ids = freshIds(count)
  const targets = ids.map((id, index) =>
    index < options.targets ? id : (ids[index % options.targets] ?? id),
  )
  const events = ids.map((id, index) => ({ id, body: analysisOf(namespace, PLAYBOOK, targets[index] ?? id) }))
  await place.createTargets([...new Set(targets)])
  const watch = await watchRuns(kubernetes, namespace)
  try {
    const { sent, answers, refused } = await fire(side, watch, { events, mode })
    await settle(place)
    return {
      ...tallyOf(sent, watch.sightings(side.label)),
      ids,
      run: watch.first(side.label),
      answers,
      refused,
    }
  } finally {
    watch.stop()
    await place.clean()
  }
}
