// A PipelineRun that names its Pipeline remotely: Tekton asks, `resolve` answers, and the run is made from what was registered.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pipelineRuns, playbooks, resolutionRequests } from '../../../shared/kubernetes/resources.ts'
import type { Playbook } from '../../../shared/playbook/playbook.ts'
import { endingOf, type PipelineRun } from '../../../shared/remediation/marks.ts'
import type { ResolutionRequest } from '../../../shared/resolution/request.ts'
import { pipelineText, pushTo } from '../../kit/playbooks.ts'
import { TENANT } from '../../kit/stage.ts'
import { until } from '../../kit/until.ts'
import { startReadyWorld, type TestWorld } from '../../kit/world.ts'

type Provenance = { readonly provenance?: { readonly refSource?: unknown } }

async function run(
  { world }: TestWorld,
  resolver: string,
  params: Record<string, string>,
  name = `by-${resolver}`,
): Promise<PipelineRun> {
  const metadata = { name, namespace: TENANT }
  const given = Object.entries(params).map(([key, value]) => ({ name: key, value }))
  await world.apply({
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata,
    spec: { pipelineRef: { resolver, params: given }, params: [{ name: 'REPLICAS', value: '3' }] },
  } as Parameters<typeof world.apply>[0])
  return until(`the run by ${resolver} to end`, async () => {
    const now = await world.kubernetes.get<PipelineRun>(pipelineRuns, metadata)
    return now !== undefined && endingOf(now) !== undefined && now
  })
}

/** Where Tekton says that the run's Pipeline came from. */
function sourceOf(run: PipelineRun): unknown {
  return (run.status as Provenance | undefined)?.provenance?.refSource
}

test('by a playbook’s name it is the registered digest, wherever the tag points by now', async () => {
  await using whole = await startReadyWorld()
  const { world } = whole
  const playbook = await world.kubernetes.get<Playbook>(playbooks, { namespace: TENANT, name: 'scale' })
  const registered = playbook?.status?.digest?.replace('sha256:', '')
  await pushTo(`${world.registry.host}/playbooks/scale:v1.0.0`, {
    pack: { documents: [pipelineText({ description: 'moved' })] },
  })

  const ended = await run(whole, 'playbook', { name: 'scale', version: '1.0.0' })

  expect(endingOf(ended)?.finish).toBe('succeeded')
  const uri = `${world.registry.host}/playbooks/scale`
  expect(sourceOf(ended)).toEqual({ uri, digest: { sha256: registered }, entryPoint: 'scale' })
  const { items } = await world.kubernetes.list<ResolutionRequest>(resolutionRequests, { namespace: TENANT })
  expect(items.map(({ status }) => status?.conditions?.[0]?.status)).toEqual(['True'])
})

test('by a name that nobody registered it fails, and says which come near', async () => {
  await using whole = await startReadyWorld()
  const ended = await run(whole, 'playbook', { name: 'scael' })
  const [condition] = ended.status?.conditions ?? []
  expect(condition).toMatchObject({ status: 'False', reason: 'CouldntGetPipeline' })
  expect(condition?.message).toContain('The nearest name is scale.')
})

test('another tenant’s playbooks are not there', async () => {
  await using whole = await startReadyWorld()
  await whole.world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'stranger' } })
  const ended = await run(whole, 'playbook', { name: 'scale', namespace: 'stranger' })
  expect(ended.status?.conditions?.[0]?.message).toContain(
    `playbooks of the namespace stranger may not be used in ${TENANT}: name it in allowed-namespaces of playbook-resolver-config`,
  )
})

test('a Pipeline of the folder that the world was started with is run as it is there, without pushing it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pipelines-'))
  await using whole = await startReadyWorld({ folder })
  const runs: PipelineRun[] = []
  for (const description of ['first', 'second']) {
    await writeFile(join(folder, 'scale.yaml'), pipelineText({ description }))
    runs.push(await run(whole, 'disk', { path: 'scale.yaml' }, description))
  }
  await rm(folder, { recursive: true })
  expect(runs.map(each => endingOf(each)?.finish)).toEqual(['succeeded', 'succeeded'])
  expect(sourceOf(runs[0] as PipelineRun)).toMatchObject({ entryPoint: 'scale.yaml' })
  expect(sourceOf(runs[1] as PipelineRun)).not.toEqual(sourceOf(runs[0] as PipelineRun))
})
