// Every way to deploy, one after the other on the same cluster; each carries a remediation from analysis to notification.

import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endingOf } from '../../shared/remediation/marks.ts'
import { analysisOf, readyPlaybook, toldRun } from '../journeys/looks.ts'
import { publish, register } from '../journeys/playbooks.ts'
import { sendAnalysis } from '../journeys/stage.ts'
import { baseImage, setting } from './cluster.ts'
import { kubectl } from './kubectl.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage, SYSTEM } from './stage.ts'

const MINUTES_5 = 5 * 60_000
const FUNCTIONS = ['deadletter', 'execute', 'notify', 'register', 'sweep', 'validate']

const stage = openStage()
const { namespace, remove } = takeNamespace('deployers')
const place = { stage, namespace }

/** `npm run deploy -- …`; answers what it printed, throws it where it failed. */
function deploy(...args: readonly string[]): string {
  const image = ['--registry', setting('REGISTRY'), '--base', baseImage()]
  const command = ['scripts/deploy/main.ts', ...(args.includes('--delete') ? [] : image), ...args]
  const { status, stdout, stderr } = spawnSync('node', command, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`)
  return stdout
}

function names(kind: string): string[] {
  const printed = kubectl(['-n', SYSTEM, 'get', kind, '-o', 'jsonpath={.items[*].metadata.name}'])
  return printed.split(' ').filter(name => name !== '')
}

function deployed(): string[] {
  return names('deployments').filter(name => [...FUNCTIONS, 'playbook-functions'].includes(name))
}

/** Sends an analysis, and waits until its run has succeeded and everyone was told. */
async function remediate(id: string): Promise<void> {
  const event = analysisOf(place, { id, playbook: 'quick', target: id })
  await sendAnalysis(stage, event)
  expect(endingOf(await toldRun(place, event))).toMatchObject({ finish: 'succeeded' })
}

beforeAll(async () => {
  await publish(stage, namespace, { name: 'quick', version: '1.0.0', script: 'true' })
  await register(stage, namespace, { name: 'quick', version: '1.0.0' })
  await readyPlaybook(place, 'quick')
})

afterAll(() => {
  remove()
  kubectl(['apply', '-k', 'triggers'])
  deploy()
  kubectl(['delete', '-f', 'scripts/deploy/whole/account.yaml', '--ignore-not-found'])
}, MINUTES_5)

describe('the knative deployer', () => {
  test(
    'deploys one Knative Service per function',
    () => {
      deploy()
      expect(names('services.serving.knative.dev')).toEqual(FUNCTIONS)
    },
    MINUTES_5,
  )

  test(
    'changes nothing the second time',
    () => {
      const generations = () =>
        kubectl([
          '-n',
          SYSTEM,
          'get',
          'services.serving.knative.dev',
          '-o',
          'jsonpath={.items[*].metadata.generation}',
        ])
      const before = generations()
      const printed = deploy()
      for (const name of FUNCTIONS) expect(printed).toContain(`${name}: unchanged`)
      expect(generations()).toBe(before)
    },
    MINUTES_5,
  )
})

describe('the raw deployer', () => {
  test(
    'replaces each Knative Service by a Deployment, and a remediation passes',
    async () => {
      deploy('--deployer', 'raw')
      expect(names('services.serving.knative.dev')).toEqual([])
      expect(deployed()).toEqual(FUNCTIONS)
      await remediate('raw')
    },
    MINUTES_5,
  )

  test(
    'changes nothing the second time',
    () => {
      const printed = deploy('--deployer', 'raw')
      for (const name of FUNCTIONS) expect(printed).toContain(`${name}: unchanged`)
    },
    MINUTES_5,
  )

  test(
    '--delete removes it',
    () => {
      deploy('--delete')
      expect(deployed()).toEqual([])
      expect(deploy('--delete')).toContain('validate: was not deployed')
    },
    MINUTES_5,
  )
})

describe('the whole set as one function', () => {
  test(
    'deploys the root func.yaml, and a remediation passes',
    async () => {
      kubectl(['apply', '-k', 'scripts/deploy/whole'])
      deploy('--whole')
      expect(names('services.serving.knative.dev')).toEqual(['playbook-functions'])
      await remediate('whole')
    },
    MINUTES_5,
  )

  test(
    '--delete removes it',
    () => {
      deploy('--delete', '--whole')
      expect(names('services.serving.knative.dev')).toEqual([])
    },
    MINUTES_5,
  )
})
