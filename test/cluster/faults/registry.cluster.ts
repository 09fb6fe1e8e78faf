// Playbooks behind a registry that is silent, breaks off or fails: they say so and heal, and nobody else waits for them.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Condition } from '../../../shared/kubernetes/resources.ts'
import { playbooks } from '../../../shared/kubernetes/resources.ts'
import { type Playbook, readyCondition } from '../../../shared/playbook/playbook.ts'
import { publish } from '../../journeys/playbooks.ts'
import { eventually } from '../../journeys/stage.ts'
import { takeNamespace } from '../namespaces.ts'
import { openStage } from '../stage.ts'
import type { Trouble } from './pods/registry.ts'
import { type Program, startProgram } from './program.ts'
import { deployment } from './webhook.ts'

const stage = openStage()
const { namespace, remove } = takeNamespace('registry')

/** The Playbooks whose repository is in trouble, applied first. */
const SICK: Readonly<Record<string, Trouble>> = {
  'silent-1': 'stall',
  'silent-2': 'stall',
  'silent-3': 'stall',
  'cut-off': 'reset',
  failing: 'error',
}
const HEALTHY = ['healthy-1', 'healthy-2', 'healthy-3', 'healthy-4', 'healthy-5']
const SECOND = 1_000
/** How long the healthy ones may take, with all the others in front of them. */
const BOUND_MS = 30 * SECOND
/** The deadline of one registration is a minute. */
const VERDICT_MS = 150 * SECOND
/** A sweep each minute, and a registration that began before the registry was healed. */
const HEALING_MS = 240 * SECOND

let registry: Program

/** The registry's scheme, as this machine finds it: the proxy has no way to try. */
async function upstream(): Promise<string> {
  const secure = `https://${stage.registry}`
  return fetch(`${secure}/v2/`).then(
    () => secure,
    () => `http://${stage.registry}`,
  )
}

beforeAll(async () => {
  const env = { UPSTREAM: await upstream() }
  registry = await startProgram(stage, { namespace, name: 'registry', image: deployment().image, env })
  for (const name of [...Object.keys(SICK), ...HEALTHY])
    await publish(stage, namespace, { name, version: '1.0.0', script: 'true' })
})

afterAll(remove)

async function trouble(names: Readonly<Record<string, Trouble>>): Promise<void> {
  const byRepository = Object.entries(names).map(([name, kind]) => [`${namespace}/${name}`, kind])
  await registry.ask('PUT', '/-/troubles', Object.fromEntries(byRepository))
}

function apply(name: string): Promise<void> {
  const bundle = `${registry.host}/${namespace}/${name}:v1.0.0`
  const head = { apiVersion: 'playbook.kubernaut.io/v1alpha1', kind: 'Playbook' }
  return stage.apply({ ...head, metadata: { name, namespace }, ...{ spec: { bundle } } })
}

async function conditionOf(name: string): Promise<Condition | undefined> {
  const playbook = await stage.kubernetes.get<Playbook>(playbooks, { namespace, name })
  return playbook && readyCondition(playbook)
}

function conditions(
  what: string,
  names: readonly string[],
  is: (ready: Condition) => boolean,
  patience: number,
) {
  const ask = async () => {
    const found = await Promise.all(names.map(conditionOf))
    const known = found.filter(each => each !== undefined)
    return known.length === names.length && known.every(is) ? known : undefined
  }
  return eventually(what, ask, patience)
}

const isReady = ({ status }: Condition): boolean => status === 'True'

describe(
  'a registry in trouble with some repositories',
  () => {
    test(`others register within ${BOUND_MS / SECOND} s`, async () => {
      await trouble(SICK)
      const started = performance.now()
      for (const name of [...Object.keys(SICK), ...HEALTHY]) await apply(name)
      await conditions('the healthy Playbooks are Ready', HEALTHY, isReady, BOUND_MS)
      const seconds = Math.round((performance.now() - started) / SECOND)
      process.stdout.write(
        `${HEALTHY.length} Playbooks behind ${Object.keys(SICK).length} sick ones: ${seconds} s\n`,
      )
      const sick = await Promise.all(Object.keys(SICK).map(conditionOf))
      expect(sick.filter(each => each?.status === 'True')).toEqual([])
    })

    test('the conditions of those in trouble say why', async () => {
      const isJudged = ({ status }: Condition) => status === 'Unknown'
      const found = await conditions('the sick ones have a verdict', Object.keys(SICK), isJudged, VERDICT_MS)
      expect(new Set(found.map(({ reason }) => reason))).toEqual(new Set(['RegistryUnavailable']))
      for (const { message } of found) expect(message).toContain(registry.host)
    })

    test('they heal with the registry, and nobody touches them', async () => {
      await trouble({})
      const started = performance.now()
      await conditions('the sick ones are Ready', Object.keys(SICK), isReady, HEALING_MS)
      process.stdout.write(`healed in ${Math.round((performance.now() - started) / SECOND)} s\n`)
    })
  },
  6 * 60 * SECOND,
)
