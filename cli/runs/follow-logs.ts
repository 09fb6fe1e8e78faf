// `playbook logs --follow`: each line of each step as it is written, until the run is over.

import { setTimeout as pause } from 'node:timers/promises'
import { KubernetesError, refusalOf } from '../../shared/kubernetes/errors.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { type Ending, endingOf, type PipelineRun } from '../../shared/remediation/marks.ts'
import { Fault } from '../../shared/runtime/fault.ts'
import type { Cluster } from '../cluster.ts'
import { type Format, printOne } from '../output.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { stateOf } from './find.ts'
import { podsOf, type Step, stepsOf } from './pods.ts'

export interface Followed {
  readonly run: { readonly namespace: string; readonly name: string }
  /** The part of the query that says how many of the last lines. */
  readonly tail: string
  readonly output: Format
}

interface Scene {
  readonly cluster: Cluster
  readonly tail: string
  readonly say: (step: Step, line: string) => Promise<void>
  /** Whether no step can begin any more. */
  readonly isOver: () => boolean
}

const PAUSE_MS = 500

async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') yield rest
}

/** One log from its beginning, without the lines that were said before. */
async function sayLines(scene: Scene, step: Step, said: number): Promise<void> {
  const { open } = scene.cluster
  const isAgain = said > 0
  // After a break everything is read again, so that no line is said twice or left out; where only the last lines were
  // asked for nobody can tell which those were, and only new ones are.
  const tail = isAgain && scene.tail !== '' ? '&tailLines=0' : scene.tail
  const known = tail === '' ? said : 0
  const path = `${step.path}&follow=true${tail}`
  const answer = await open({ method: 'GET', path, accept: '*/*' })
  if (answer.status >= 300) throw refusalOf(answer.status, await answer.text())
  let count = 0
  try {
    for await (const line of linesOf(answer.stream)) {
      count += 1
      if (count > known) await scene.say(step, line)
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new Broken(Math.max(count, said))
  }
}

/** The connection broke after so many lines. */
class Broken extends Error {
  readonly lines: number

  constructor(lines: number) {
    super('the log broke off')
    this.lines = lines
  }
}

/** Until the step has ended, or it is certain that it will never begin. */
async function followStep(scene: Scene, step: Step): Promise<void> {
  let said = 0
  for (;;) {
    const wasOver = scene.isOver()
    try {
      await sayLines(scene, step, said)
      return
    } catch (error) {
      if (error instanceof Broken) said = error.lines
      // Its pod is gone.
      else if (error instanceof KubernetesError && error.status === 404) return
      // A container that waits has no log yet.
      else if (!(error instanceof KubernetesError && error.status === 400)) throw error
      else if (wasOver) return
    }
    await pause(PAUSE_MS)
  }
}

async function followPod(scene: Scene, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await followStep(scene, step)
}

async function untilOver(shell: Shell, cluster: Cluster, followed: Followed): Promise<Ending> {
  const { run: key, tail, output } = followed
  let ending: Ending | undefined
  const say = (step: Step, line: string): Promise<void> => {
    const { path: _, ...which } = step
    const table = (): string => `[${step.task} : ${step.step}] ${line}`
    return printOne(shell, output, { value: { ...which, line }, table })
  }
  const scene: Scene = { cluster, tail, say, isOver: () => ending !== undefined }
  const followers = new Map<string, Promise<void>>()
  let last = ''
  while (ending === undefined) {
    const run = await cluster.kubernetes.get<PipelineRun>(pipelineRuns, key)
    if (run === undefined) throw new Trouble(`${key.namespace}/${key.name} was deleted.`)
    const state = stateOf(run)
    if (shell.isWatched && state !== last) shell.err(`${key.namespace}/${key.name} ${state}\n`)
    last = state
    for (const pod of await podsOf(cluster, key.namespace, key.name))
      if (!followers.has(pod.metadata.name))
        followers.set(pod.metadata.name, followPod(scene, stepsOf(key.namespace, pod)))
    ending = endingOf(run)
    // A follower that breaks ends this too.
    if (ending === undefined) await Promise.race([pause(PAUSE_MS), failing(followers.values())])
  }
  await Promise.all(followers.values())
  return ending
}

/** Never resolves; rejects with the first that does. */
function failing(all: Iterable<Promise<void>>): Promise<never> {
  return new Promise((_, reject) => {
    for (const each of all) each.catch(reject)
  })
}

export async function followLogs(shell: Shell, cluster: Cluster, followed: Followed): Promise<ExitCode> {
  const { finish, reason, message } = await untilOver(shell, cluster, followed)
  const { namespace, name } = followed.run
  shell.err(`${namespace}/${name} ${finish}: ${reason}: ${message}\n`)
  return finish === 'succeeded' ? EXIT.yes : EXIT.no
}
