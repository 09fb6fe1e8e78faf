// The five checks of the original verification plan: pushed by the real tkn, run in real pods, each check on top of the last.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import type { Digest } from '../../shared/oci/digest.ts'
import { endingOf, type PipelineRun } from '../../shared/remediation/marks.ts'
import { analysisOf, existingRun, readyPlaybook, toldRun } from '../journeys/looks.ts'
import { register } from '../journeys/playbooks.ts'
import { sendAnalysis } from '../journeys/stage.ts'
import { kubectl } from './kubectl.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage } from './stage.ts'
import { tkn, tknPush } from './tkn.ts'

const stage = openStage()
const { namespace, remove } = takeNamespace('plan')
const place = { stage, namespace }

const NAME = 'test-playbook'
const VERSIONS = ['1.0.0', '1.1.0'] as const
type Version = (typeof VERSIONS)[number]

afterAll(remove)

const referenceOf = (version: Version) => `${stage.registry}/${namespace}/${NAME}:v${version}`

/** Each version says in its pod's log which one it is. */
function push(version: Version): Digest {
  const script = `echo "this is ${version}"\nenv | grep -E "^(TARGET|SCALE)_" | sort`
  const text = { name: NAME, version, script }
  return tknPush({ reference: referenceOf(version), image: stage.image, text })
}

function analysisFor(version: Version): CloudEvent {
  const event = analysisOf(place, { id: version, playbook: NAME, target: `app-${version}`, replicas: 3 })
  const { selected_workflow } = event.data as { selected_workflow: object }
  Object.assign(selected_workflow, { version })
  return event
}

function logOf(run: PipelineRun): string {
  const selector = `tekton.dev/pipelineRun=${run.metadata.name}`
  return kubectl(['-n', namespace, 'logs', '-l', selector, '--all-containers', '--tail=-1'])
}

const digests = {} as Record<Version, Digest>
const events = {} as Record<Version, CloudEvent>

/** As Tekton says what it fetched. */
const fetched = (version: Version) => ({
  status: { provenance: { refSource: { digest: { sha256: digests[version].slice('sha256:'.length) } } } },
})

beforeAll(() => {
  digests['1.0.0'] = push('1.0.0')
  events['1.0.0'] = analysisFor('1.0.0')
})

test('1. the bundle is pushed, and tkn finds the Pipeline in it', async () => {
  expect(tkn(['bundle', 'list', referenceOf('1.0.0')])).toContain(`pipeline.tekton.dev/${NAME}`)
  await register(stage, namespace, { name: NAME, version: '1.0.0' })
  const release = await readyPlaybook(place, NAME, '1.0.0')
  expect(release).toMatchObject({ digest: digests['1.0.0'], schemaCarrier: 'annotation' })
})

test('2. a PipelineRun is created that references the bundle', async () => {
  await sendAnalysis(stage, events['1.0.0'])
  const { spec } = await existingRun(place, events['1.0.0'])
  const bundle = `${stage.registry}/${namespace}/${NAME}@${digests['1.0.0']}`
  expect(spec.pipelineRef?.resolver).toBe('bundles')
  expect(spec.pipelineRef?.params).toContainEqual({ name: 'bundle', value: bundle })
})

test('3. Tekton pulls the Pipeline from the bundle and runs it', async () => {
  const run = await toldRun(place, events['1.0.0'])
  expect(endingOf(run)).toMatchObject({ finish: 'succeeded' })
  expect(run).toMatchObject(fetched('1.0.0'))
  const [task] = run.status?.childReferences ?? []
  expect(task?.pipelineTaskName).toBe('remediate')
})

test('4. the parameters arrive in the pod', async () => {
  const lines = logOf(await toldRun(place, events['1.0.0'])).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'SCALE_TARGET_REPLICAS=3',
      'TARGET_RESOURCE_KIND=Deployment',
      'TARGET_RESOURCE_NAME=app-1.0.0',
      `TARGET_NAMESPACE=${namespace}`,
    ]),
  )
})

test('5. version 1.1.0 stands beside 1.0.0: each run is from its own digest and does what its own says', async () => {
  digests['1.1.0'] = push('1.1.0')
  await register(stage, namespace, { name: NAME, version: '1.1.0' })
  await readyPlaybook(place, NAME, '1.1.0')
  expect(digests['1.1.0']).not.toBe(digests['1.0.0'])
  for (const version of VERSIONS) {
    const event = analysisFor(version)
    await sendAnalysis(stage, event)
    const run = await toldRun(place, event)
    expect(run).toMatchObject(fetched(version))
    expect(logOf(run)).toContain(`this is ${version}\n`)
  }
})
