// The CloudEvents: shaped like those recorded from a real Tekton.

import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { fromBundle, pipeline } from '../../conformance/tekton.bundles.ts'
import { createStage, type ReceivedEvent, type Stage } from '../../conformance/tekton.world.ts'
import { type LocalWorld, startWorld } from './world.ts'

const PARAMS = ['TARGET_RESOURCE_KIND', 'TARGET_RESOURCE_NAME', 'TARGET_NAMESPACE', 'SCALE_TARGET_REPLICAS']
const STEP = {
  name: 'run-remediation',
  image: 'registry.example.com/kubectl:1',
  command: ['/bin/sh', '-c', "env | grep -E 'TARGET|SCALE'"],
  env: PARAMS.map(name => ({ name, value: `$(params.${name})` })),
}

/** The Pipeline that the recorded events are about. */
const RECORDED = pipeline('oomkill-scale-down', {
  params: PARAMS.map(name => ({ name, type: 'string' })),
  tasks: [{ name: 'execute-playbook', taskSpec: { steps: [STEP] } }],
})

/** What is different on purpose, or is the API server's and not Tekton's. */
const DIFFERENCES = [
  // The Broker writes these into what it hands on.
  /^headers\.(ce-knativearrivaltime|prefer)$/,
  // HTTP's own.
  /^headers\.(host|connection|accept|accept-language|accept-encoding|sec-fetch-mode|user-agent|content-length|transfer-encoding)$/,
  /\.managedFields(\.|\[|$)/,
  // kubectl's note in one, and the stand-in's word that no pod ran in the other.
  /\.metadata\.annotations(\.|$)/,
  // There is no container to name, and its end says so.
  /\.steps\[\]\.(imageID|terminated\.containerID|terminated\.message)$/,
]

function paths(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return value.flatMap(item => paths(item, `${at}[]`))
  if (typeof value !== 'object' || value === null) return [at]
  const entries = Object.entries(value)
  return entries.length === 0 ? [at] : entries.flatMap(([key, child]) => paths(child, `${at}.${key}`))
}

function shape(event: ReceivedEvent): string[] {
  const all = [...paths(event.headers, 'headers'), ...paths(event.body, 'body')]
  return [...new Set(all)].filter(path => !DIFFERENCES.some(difference => difference.test(path))).sort()
}

let world: LocalWorld
beforeAll(async () => {
  world = await startWorld()
})
afterEach(() => world.stop())
afterAll(() => world.close())

function eventsAbout(name: string): ReceivedEvent[] {
  return world.events.filter(({ headers }) => String(headers['ce-subject']).startsWith(name))
}

async function runRecorded(stage: Stage): Promise<void> {
  const bundle = await stage.publish([RECORDED])
  const params = PARAMS.map(name => ({ name, value: 'x' }))
  await stage.create({ ...fromBundle(bundle, 'oomkill-scale-down'), params })
  await stage.finished()
}

test('a run sends the same events in the same shape as a real one', async () => {
  await world.start()
  const stage = createStage(world, 'seed-run')
  await runRecorded(stage)
  expect(await stage.phases('pipelinerun', 4)).toEqual(['queued', 'running', 'successful', 'unknown'])
  expect(await stage.phases('taskrun', 4)).toEqual(['queued', 'running', 'successful', 'unknown'])
  for (const event of eventsAbout('seed-run')) {
    const type = String(event.headers['ce-type']).replace('dev.tekton.event.', 'tekton.')
    const file = new URL(`../../data/events/${type}.json`, import.meta.url)
    expect(shape(event), type).toEqual(shape(JSON.parse(readFileSync(file, 'utf8'))))
  }
})

test('an event names its source as informers do, and its subject is the run', () => {
  const event = eventsAbout('seed-run').find(({ headers }) => headers['ce-subject'] === 'seed-run')
  expect(event?.headers).toMatchObject({
    'ce-source': `/apis///namespaces/${world.namespace}//seed-run`,
    'ce-specversion': '1.0',
    'content-type': 'application/json',
  })
  const ids = eventsAbout('seed-run').map(({ headers }) => headers['ce-id'])
  expect(new Set(ids).size).toBe(ids.length)
})
