// Example playbooks on a real cluster, published as each one's README says, and sent their own test case.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parse } from 'yaml'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { endingOf, isPending, type PipelineRun } from '../../../shared/remediation/marks.ts'
import { playbook } from '../../cli/kit.ts'
import { blocksOf } from '../../docs/markdown.ts'
import { existingRun, type Place, readyPlaybook, toldRun } from '../../journeys/looks.ts'
import { setting } from '../cluster.ts'
import { kubectl } from '../kubectl.ts'
import { type TestNamespace, takeNamespace } from '../namespaces.ts'
import { openReader, type Reader } from '../reader.ts'
import { type ClusterStage, openStage } from '../stage.ts'
import { adapt, adapted, type Renames } from './adapt.ts'

/** Where runs are created, and where the examples are copied to with names and images of this cluster. */
export interface Tenant extends AsyncDisposable, Place {
  readonly stage: ClusterStage
  readonly reader: Reader
  /** Another namespace, for an example to change. */
  readonly another: (purpose: string) => string
}

export async function openTenant(purpose: string): Promise<Tenant> {
  const taken: TestNamespace[] = []
  const another = (what: string): string => {
    const namespace = takeNamespace(what)
    taken.push(namespace)
    return namespace.namespace
  }
  const namespace = another(purpose)
  const reader = await openReader()
  return {
    stage: openStage(),
    namespace,
    another,
    reader,
    async [Symbol.asyncDispose]() {
      kubectl(['delete', 'clusterrolebindings,clusterroles', '-l', `examples.test=${namespace}`])
      for (const { remove } of taken) remove()
      await reader[Symbol.asyncDispose]()
    },
  }
}

/** Runs `playbook` with these words on the cluster. */
export async function say(...words: readonly string[]): Promise<void> {
  const said = await playbook([...words], { KUBECONFIG: setting('KUBECONFIG') })
  expect(said, said.err).toMatchObject({ code: 0 })
}

/** An example that is registered and may change one namespace of its own. */
export interface Example {
  /** What stands for `production`. */
  readonly target: string
  /** Sends the analysis of the test case, perhaps with other parameters, and approves its run where a person is asked. */
  readonly start: (parameters?: Readonly<Record<string, unknown>>) => Promise<CloudEvent>
  /** The run once it has ended well, and everyone was told; answers what it says that it changed. */
  readonly finish: (event: CloudEvent) => Promise<string>
  /** What the run wrote, once it has failed. */
  readonly failure: (event: CloudEvent) => Promise<string>
  readonly ended: (event: CloudEvent) => Promise<PipelineRun>
}

/** Publishes `examples/playbooks/<name>`. */
export async function publishExample(tenant: Tenant, name: string, renames: Renames = {}): Promise<Example> {
  const target = tenant.another(name)
  const path = `examples/playbooks/${name}`
  const folder = join(tenant.reader.cwd, path)
  const names = { tenant: tenant.namespace, target, renames }
  adapt(folder, names)
  const [block] = blocksOf(`${path}/README.md`).filter(({ marks }) => marks.includes('cluster'))
  await tenant.reader.paste(adapted(block?.text ?? 'exit 1', names), folder)
  // What is cluster-wide is removed in the end.
  kubectl(['label', '-f', join(folder, 'rbac.yaml'), `examples.test=${tenant.namespace}`])
  await readyPlaybook(tenant, name)
  return exampleOf(tenant, { name, folder, target })
}

function exampleOf(
  tenant: Tenant,
  { name, folder, target }: Record<'name' | 'folder' | 'target', string>,
): Example {
  const { analysis } = parse(readFileSync(join(folder, 'test-case.yaml'), 'utf8')) as {
    analysis: { selected_workflow: { parameters: object } }
  }
  let sent = 0
  const ended = (event: CloudEvent) => toldRun(tenant, event)
  return {
    target,
    ended,
    async start(more = {}) {
      const parameters = { ...analysis.selected_workflow.parameters, ...more }
      // Other namespaces may hold an example of the same name.
      const workflow_id = `${tenant.namespace}/${name}`
      const event = {
        specversion: '1.0',
        id: `${name}-${++sent}`,
        source: `/examples/${tenant.namespace}`,
        type: 'io.kubernaut.analysis.completed.v1',
        datacontenttype: 'application/json',
        data: { ...analysis, selected_workflow: { ...analysis.selected_workflow, workflow_id, parameters } },
      } as CloudEvent
      await tenant.stage.send(event)
      const run = await existingRun(tenant, event)
      if (isPending(run)) await say('approve', `${tenant.namespace}/${run.metadata.name}`)
      return event
    },
    async failure(event) {
      const run = await ended(event)
      expect(endingOf(run)).toMatchObject({ finish: 'failed' })
      return logOf(run)
    },
    async finish(event) {
      const run = await ended(event)
      expect(endingOf(run), logOf(run)).toMatchObject({ finish: 'succeeded' })
      return kubectl(['-n', tenant.namespace, 'get', 'pipelinerun', run.metadata.name, '-o', RESULT])
    },
  }
}

const RESULT = 'jsonpath={.status.results[?(@.name=="changed")].value}'

function logOf({ metadata: { namespace = '', name } }: PipelineRun): string {
  const pods = ['-l', `tekton.dev/pipelineRun=${name}`, '--all-containers', '--prefix', '--tail=-1']
  return kubectl(['-n', namespace, 'logs', ...pods, '--ignore-errors'])
}
