// What a bundle says for a receipt: its digest, its schema, and what its Pipeline declares.

import { existsSync } from 'node:fs'
import { readObject } from '../../shared/bundle/object.ts'
import { readBundle } from '../../shared/bundle/read.ts'
import { readSchema } from '../../shared/bundle/schema.ts'
import { parseDigest } from '../../shared/oci/digest.ts'
import { openLayout } from '../../shared/oci/layout.ts'
import { parseReference, pin, type Reference } from '../../shared/oci/reference.ts'
import type { Pull } from '../../shared/oci/registry.ts'
import { compileParameters, schemaDigestOf } from '../../shared/parameters/compile.ts'
import { paramsOf, readPipeline } from '../../shared/playbook/pipeline.ts'
import type { Evidence } from '../../shared/receipt/claims.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { openRegistry, type RegistryOptions } from '../registry/open.ts'
import { type Shell, Trouble } from '../shell.ts'

/** A reference, an OCI layout folder or its tar file. */
export interface Where {
  readonly where: string
  readonly registry: RegistryOptions
}

interface Place {
  readonly from: Pull
  readonly at: Reference
}

/**
 * On disk or in a registry. Without a digest of its own the one that the receipt names is looked for: a tag may have
 * moved since, and then the receipt still holds.
 */
async function placeOf(shell: Shell, { where, registry }: Where, claimed: string): Promise<Place> {
  const digest = parseDigest(claimed)
  if (digest === undefined) throw new Trouble(`${claimed} is no digest.`)
  if (existsSync(where)) {
    const layout = await openLayout(where)
    const held = layout.digests.includes(digest) ? digest : layout.digests[0]
    const at = { registry: 'localhost', repository: 'layout' }
    return { from: layout, at: held === undefined ? at : { ...at, digest: held } }
  }
  const given = parseReference(where)
  return {
    from: await openRegistry(shell, registry),
    at: given.digest === undefined ? pin(given, digest) : given,
  }
}

/** Reads the bundle of a receipt. Throws BundleError, RegistryError or Trouble. */
export async function readBundleEvidence(
  shell: Shell,
  given: Where,
  { predicate: { playbook } }: Receipt,
): Promise<Evidence['bundle']> {
  const { from, at } = await placeOf(shell, given, `sha256:${playbook.digest.sha256}`)
  const bundle = await readBundle(from, at)
  const name = playbook.pipeline === undefined ? {} : { name: playbook.pipeline }
  const pipeline = readPipeline((await readObject(from, bundle, { kind: 'pipeline', ...name })).object)
  if (typeof pipeline === 'string')
    throw new Trouble(`The bundle ${given.where} holds no Pipeline: ${pipeline}.`)
  const params = paramsOf(pipeline).map(({ name, type, hasDefault }) => ({ name, type, hasDefault }))
  const carried = await readSchema(from, bundle)
  const compiled = carried === undefined ? undefined : compileParameters(carried.json)
  return {
    digest: bundle.digest,
    params,
    ...(compiled?.ok ? { schema: { digest: schemaDigestOf(compiled), compiled } } : {}),
  }
}
