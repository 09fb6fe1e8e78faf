// The overlay for a cluster whose config-events belongs to somebody else: a source sees the end of each run.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { endingOf } from '../../shared/remediation/marks.ts'
import { analysisOf, readyPlaybook, toldRun } from '../journeys/looks.ts'
import { publish, register } from '../journeys/playbooks.ts'
import { sendAnalysis } from '../journeys/stage.ts'
import { applyRunSource, configEvents, readConfigEvents } from './installed.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage } from './stage.ts'

const NOWHERE = { sink: 'http://127.0.0.1:9/' }

const stage = openStage()
const { namespace, remove } = takeNamespace('watch-runs')
const place = { stage, namespace }
const before = readConfigEvents()

beforeAll(async () => {
  configEvents(NOWHERE)
  applyRunSource('triggers/watch-runs')
  await publish(stage, namespace, { name: 'quick', version: '1.0.0', script: 'true' })
  await register(stage, namespace, { name: 'quick', version: '1.0.0' })
  await readyPlaybook(place, 'quick')
})

afterAll(() => {
  applyRunSource('triggers')
  configEvents(before)
  remove()
})

test("with none of Tekton's events, a run ends, is told, and the next one for its target starts", async () => {
  const first = analysisOf(place, { id: 'first', playbook: 'quick' })
  const second = analysisOf(place, { id: 'second', playbook: 'quick' })
  await sendAnalysis(stage, first)
  await sendAnalysis(stage, second)
  expect(endingOf(await toldRun(place, first))).toMatchObject({ finish: 'succeeded' })
  expect(endingOf(await toldRun(place, second))).toMatchObject({ finish: 'succeeded' })
})
