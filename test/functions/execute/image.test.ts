// A remediation whose playbook is an image: its run carries the Pipeline itself, and is otherwise like any other.

import { expect, test } from 'vitest'
import { pushStandIn } from '../../../local/story/stand-in-image.ts'
import { pushBundle } from '../../../shared/bundle/pack.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { compileParameters } from '../../../shared/parameters/compile.ts'
import { packInline } from '../../../shared/playbook/pack-inline.ts'
import { currentRelease, type PlaybookSpec } from '../../../shared/playbook/playbook.ts'
import { checkClaims } from '../../../shared/receipt/claims.ts'
import { receiptOf } from '../../../shared/receipt/statement.ts'
import { ANNOTATION, LABEL, type PipelineRun } from '../../../shared/remediation/marks.ts'
import { runOf } from '../../kit/events.ts'
import { create, edit, read, SCHEMA, tell } from '../../kit/playbooks.ts'
import { analysis, begin, deliver, finish, lockOn, readRun, validated } from '../../kit/remediations.ts'
import { type Stage, startStage } from '../../kit/stage.ts'

/** A registered Playbook `scale` of an image; answers its release. */
async function imagePlaybook(stage: Stage, spec: Partial<PlaybookSpec> = {}) {
  const image = await pushStandIn({ registry: stage.registry.host, repository: 'tools/scaler' })
  await create(stage, 'scale', { image, version: '1.0.0', parameters: SCHEMA, ...spec })
  await tell(stage, 'scale')
  const release = currentRelease(await read(stage, 'scale'))
  if (release === undefined) throw new Error('scale is not registered')
  return release
}

/** As `playbook migrate` does. */
async function migrate(stage: Stage, release: Awaited<ReturnType<typeof imagePlaybook>>): Promise<void> {
  const bundle = `${stage.registry.host}/playbooks/scale:v1.0.0`
  await pushBundle(createRegistry(), parseReference(bundle), packInline(release))
  await edit(stage, 'scale', { image: null, parameters: null, bundle })
  await tell(stage, 'scale')
}

/** All but its name, whether it waits, and where its Pipeline comes from. */
function rest({ spec, metadata }: PipelineRun): object {
  const { pipelineRef: _, pipelineSpec: __, status: ___, ...others } = spec
  const marks = ['version', 'digest', 'schemaDigest', 'target', 'given', 'policy', 'cooldown'] as const
  return { ...others, marks: marks.map(mark => metadata.annotations?.[ANNOTATION[mark]]) }
}

test('the run carries the registered Pipeline, the parameters, and the marks of its playbook', async () => {
  await using stage = await startStage()
  const release = await imagePlaybook(stage, { serviceAccountName: 'fixer', timeout: '5m' })
  const { reply, run: name } = await begin(stage, 'a', analysis('scale'))
  const run = await readRun(stage, name)

  expect(reply?.type).toBe(TYPE.started)
  expect(run.spec).toMatchObject({
    pipelineSpec: release.pipelineSpec,
    params: [
      { name: 'REPLICAS', value: '3' },
      { name: 'TARGET_RESOURCE', value: 'shop/Deployment/web' },
    ],
    taskRunTemplate: { serviceAccountName: 'fixer' },
  })
  expect(run.spec).not.toHaveProperty('pipelineRef')
  expect(run.metadata.annotations).toMatchObject({
    [ANNOTATION.version]: '1.0.0',
    [ANNOTATION.digest]: release.digest,
    [ANNOTATION.schemaDigest]: release.schemaDigest,
  })
  expect((await lockOn(stage)).holder).toMatchObject({ name: run.metadata.name })
})

test('one that waits for a person carries it from the beginning', async () => {
  await using stage = await startStage()
  const { pipelineSpec } = await imagePlaybook(stage, { approval: 'manual' })
  const { run: name } = await begin(stage, 'a', analysis('scale'))
  const run = await readRun(stage, name)
  expect(run.metadata.labels?.[LABEL.waiting]).toBe('approval')
  expect(run.spec).toMatchObject({ status: 'PipelineRunPending', pipelineSpec })
})

test('its receipt names the image by its digest, and holds against the bundle that it would be', async () => {
  await using stage = await startStage()
  const { image = '', digest, schemaDigest, schema, params } = await imagePlaybook(stage)
  const begun = await begin(stage, 'a', analysis('scale'))
  const run = await finish(stage, begun.run)
  const receipt = receiptOf(run)
  if (receipt === undefined) throw new Error('it has ended')
  const [, ...subjects] = receipt.subject
  const [name, of] = image.split('@')
  expect(subjects).toEqual([
    { name: 'scale', digest: { sha256: digest.slice(7) } },
    { name, digest: { sha256: of?.slice(7) } },
  ])
  const compiled = compileParameters(schema)
  if (!compiled.ok) throw new Error('it was registered')
  const data = analysis('scale')
  const evidence = {
    run,
    event: { data },
    bundle: { digest, params, schema: { digest: schemaDigest, compiled } },
  }
  expect(checkClaims(receipt, evidence).filter(({ verdict }) => verdict !== 'ok')).toEqual([
    expect.objectContaining({ claim: 'analysis event', verdict: 'unchecked' }),
    expect.objectContaining({ claim: 'run: annotation', verdict: 'unchecked' }),
  ])
})

test('from the bundle of it, a run is the same but for where its Pipeline comes from', async () => {
  await using stage = await startStage()
  const release = await imagePlaybook(stage)
  const inline = await readRun(stage, (await begin(stage, 'a', analysis('scale'))).run)
  await finish(stage, inline.metadata.name)
  await migrate(stage, release)
  const bundled = await readRun(stage, (await begin(stage, 'b', analysis('scale'))).run)

  expect(bundled.spec.pipelineRef?.resolver).toBe('bundles')
  expect(rest(bundled)).toEqual(rest(inline))
})

test('an event that was validated before the playbook was migrated still runs, and once', async () => {
  await using stage = await startStage()
  const release = await imagePlaybook(stage)
  const event = await validated(stage, 'a', analysis('scale'))
  await deliver(stage, event)
  const name = runOf({ source: '/analysis-service', id: 'a' })
  const { metadata } = await readRun(stage, name)

  await migrate(stage, release)
  await deliver(stage, event)

  expect((await readRun(stage, name)).metadata.uid).toBe(metadata.uid)
})
