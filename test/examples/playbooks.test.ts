// The example playbooks without a cluster: each is whole, lints clean, packs to one digest, and takes what it should.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readObjects } from '../../local/world/manifests.ts'
import { compileParameters } from '../../shared/parameters/compile.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import { playbook, ROOT } from '../cli/kit.ts'

const FOLDER = 'examples/playbooks'
const names = readdirSync(join(ROOT, FOLDER), { withFileTypes: true }).flatMap(entry =>
  entry.isDirectory() ? [entry.name] : [],
)

function textOf(name: string, file: string): string {
  return readFileSync(join(ROOT, FOLDER, name, file), 'utf8')
}

/** What each refuses, beside what its test case sends: one parameter, and values that it must not take. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  'clean-image-space': {
    TARGET_RESOURCE_KIND: ['Pod'],
    CLEAN_NAMESPACE: ['a b', '-A', ''],
    MIN_AGE_MINUTES: [-1, 'now'],
  },
  'cordon-and-drain': {
    TARGET_RESOURCE_KIND: ['Deployment'],
    TARGET_RESOURCE_NAME: ['--all', 'a,b'],
    WAIT_SECONDS: [0, 86_400],
  },
  'expand-pvc': {
    TARGET_RESOURCE_NAME: ['data; ls', 'x'.repeat(254)],
    STORAGE_SIZE: ['0Gi', '1.5Gi', '2', '-1Gi'],
  },
  'fix-configmap-rollout': { CONFIG_MAP_NAME: ['a/b', '$(id)'], GOOD_CONFIG_MAP_NAME: ['', '-o', 7] },
  'oomkill-scale-down': {
    TARGET_RESOURCE_KIND: ['DaemonSet'],
    SCALE_TARGET_REPLICAS: [-1, 101, 'a few', 1.5],
  },
  'raise-memory': {
    CONTAINER_NAME: ["x')].name", 'a.b'],
    MEMORY_LIMIT: ['0Mi', '64M', '1e3', 'lots'],
    STEADY_SECONDS: [301],
  },
  'relax-pdb': { TARGET_RESOURCE_KIND: ['Deployment'], RELAX_SECONDS: [29, 1801] },
  'restart-workload': { TARGET_RESOURCE_KIND: ['Job', 'Pod'], TARGET_NAMESPACE: ['a.b', '--all-namespaces'] },
  'rollback-deployment': { TARGET_RESOURCE_KIND: ['StatefulSet'], TO_REVISION: [-1, 'first'] },
  'rotate-certificate': { SECRET_NAME: ['../etc', ''], VALID_HOURS: [0, 8761], RENEW_WITHIN_HOURS: ['soon'] },
}

interface TestCase {
  readonly analysis: {
    readonly root_cause_analysis: {
      readonly remediation_target: {
        readonly kind: string
        readonly name: string
        readonly namespace?: string
      }
    }
    readonly selected_workflow: { readonly parameters: Readonly<Record<string, unknown>> }
  }
}

/** The parameters of the test case, with the facts about its target that the functions fill in. */
function parametersOf(name: string): Record<string, unknown> {
  const { analysis } = parse(textOf(name, 'test-case.yaml')) as TestCase
  const { kind, name: target, namespace } = analysis.root_cause_analysis.remediation_target
  return {
    TARGET_RESOURCE_KIND: kind,
    TARGET_RESOURCE_NAME: target,
    ...(namespace === undefined ? {} : { TARGET_NAMESPACE: namespace }),
    ...analysis.selected_workflow.parameters,
  }
}

function validatorOf(name: string): (values: unknown) => boolean {
  const compiled = compileParameters(JSON.parse(textOf(name, 'playbook-schema.json')))
  if (!compiled.ok) throw new Error(compiled.errors.map(({ message }) => message).join(' '))
  return values => compiled.validate(values) as boolean
}

interface Container {
  readonly script: string
  readonly securityContext?: Readonly<Record<string, unknown>>
}

interface Task {
  readonly name: string
  readonly timeout?: string
  readonly taskSpec: { readonly stepTemplate: Container; readonly steps: readonly Container[] }
}

function tasksOf(name: string): Task[] {
  const { spec } = parse(textOf(name, 'pipeline.yaml')) as { spec: { tasks: Task[]; finally?: Task[] } }
  return [...spec.tasks, ...(spec.finally ?? [])]
}

test('there are ten, each with values that it refuses, and all are in the table', () => {
  expect(names).toEqual(Object.keys(REFUSED))
  const links = [
    ...readFileSync(join(ROOT, FOLDER, 'README.md'), 'utf8').matchAll(/\]\(([a-z-]+)\/README\.md\)/g),
  ]
  expect(links.map(([, name]) => name).sort()).toEqual(names)
})

test('each test case is met, with all of them registered, and Tekton takes its run', async () => {
  const said = await playbook(['rehearse', FOLDER, '--playbooks', FOLDER, '-o', 'json'])
  expect(said, said.out).toMatchObject({ code: 0 })
  const { verdicts } = JSON.parse(said.out) as { verdicts: { playbook: string; run?: string }[] }
  expect(verdicts.map(verdict => verdict.playbook)).toEqual(names.map(name => `remediation/${name}`))
  expect(verdicts.filter(({ run }) => run !== undefined)).toEqual([])
})

describe.each(names)('%s', name => {
  const folder = join(FOLDER, name)

  test('lints without a finding', async () => {
    const said = await playbook(['lint', folder, '--fail-on', 'note'])
    expect(said, said.out).toMatchObject({ code: 0 })
  })

  test('packs to the same digest each time', async () => {
    const [first, second] = [await playbook(['pack', folder]), await playbook(['pack', folder])]
    expect(first).toMatchObject({ code: 0, out: expect.stringContaining('sha256:') })
    expect(second.out).toBe(first.out)
  })

  test('takes the parameters of its test case, and refuses others', () => {
    const [isValid, given] = [validatorOf(name), parametersOf(name)]
    expect(isValid(given)).toBe(true)
    const wrong = Object.entries(REFUSED[name] ?? {}).flatMap(([key, values]) =>
      values.map(value => ({ ...given, [key]: value })),
    )
    expect(wrong.filter(isValid)).toEqual([])
  })

  test('ends by itself, has no rights on its node, and its scripts can be read', () => {
    for (const { timeout, taskSpec } of tasksOf(name)) {
      expect(timeout).toMatch(/^\d+m$/)
      expect(taskSpec.stepTemplate.securityContext).toMatchObject({
        runAsNonRoot: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      })
      for (const { script, securityContext } of taskSpec.steps) {
        expect(securityContext).toBeUndefined()
        if (script.startsWith('#!/bin/sh\nset -euo pipefail\n')) expect(shellFaults(script)).toBe('')
        else expect(script).toMatch(/^#!\/usr\/bin\/env node\n/)
      }
    }
  })

  test('runs under the account of its rbac.yaml, which never names every resource or verb', () => {
    const { spec } = parse(textOf(name, 'playbook.yaml')) as Playbook
    const objects = readObjects(textOf(name, 'rbac.yaml'))
    const accounts = objects
      .filter(({ kind }) => kind === 'ServiceAccount')
      .map(({ metadata }) => metadata.name)
    expect(accounts).toEqual([spec.serviceAccountName])
    expect(JSON.stringify(objects)).not.toContain('"*"')
    expect(textOf(name, 'README.md')).toContain('## What it may do')
  })
})

function shellFaults(script: string): string {
  return spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' }).stderr
}
