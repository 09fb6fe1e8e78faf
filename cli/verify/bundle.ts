// What a bundle says for a receipt: its digest, its schema, and what its Pipeline declares.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readObject } from '../../shared/bundle/object.ts'
import { readBundle } from '../../shared/bundle/read.ts'
import { readSchema } from '../../shared/bundle/schema.ts'
import { anonymous, type CredentialStore, fromDockerConfig } from '../../shared/oci/credentials.ts'
import { parseDigest } from '../../shared/oci/digest.ts'
import { openLayout } from '../../shared/oci/layout.ts'
import { parseReference, pin, type Reference } from '../../shared/oci/reference.ts'
import { createRegistry, type Pull } from '../../shared/oci/registry.ts'
import { compileParameters, schemaDigestOf } from '../../shared/parameters/compile.ts'
import { paramsOf, readPipeline } from '../../shared/playbook/pipeline.ts'
import type { Evidence } from '../../shared/receipt/claims.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { type Shell, Trouble } from '../shell.ts'

/** As docker finds it (https://docs.docker.com/reference/cli/docker/#change-the-docker-directory). */
async function dockerCredentials({ env }: Shell): Promise<CredentialStore> {
  const path = join(env.DOCKER_CONFIG ?? join(env.HOME ?? homedir(), '.docker'), 'config.json')
  return existsSync(path) ? fromDockerConfig(await readFile(path, 'utf8')) : anonymous
}

interface Place {
  readonly from: Pull
  readonly at: Reference
}

/**
 * On disk or in a registry. Without a digest of its own the one that the receipt names is looked for: a tag may have
 * moved since, and then the receipt still holds.
 */
async function placeOf(shell: Shell, where: string, claimed: string): Promise<Place> {
  const digest = parseDigest(claimed)
  if (digest === undefined) throw new Trouble(`${claimed} is no digest.`)
  if (existsSync(where)) {
    const layout = await openLayout(where)
    const held = layout.digests.includes(digest) ? digest : layout.digests[0]
    const at = { registry: 'localhost', repository: 'layout' }
    return { from: layout, at: held === undefined ? at : { ...at, digest: held } }
  }
  const given = parseReference(where)
  const credentials = await dockerCredentials(shell)
  return {
    from: createRegistry({ credentials }),
    at: given.digest === undefined ? pin(given, digest) : given,
  }
}

/** Reads the bundle of a receipt. Throws BundleError, RegistryError or Trouble. */
export async function readBundleEvidence(
  shell: Shell,
  where: string,
  { predicate: { playbook } }: Receipt,
): Promise<Evidence['bundle']> {
  const { from, at } = await placeOf(shell, where, `sha256:${playbook.digest.sha256}`)
  const bundle = await readBundle(from, at)
  const name = playbook.pipeline === undefined ? {} : { name: playbook.pipeline }
  const pipeline = readPipeline((await readObject(from, bundle, { kind: 'pipeline', ...name })).object)
  if (typeof pipeline === 'string') throw new Trouble(`The bundle ${where} holds no Pipeline: ${pipeline}.`)
  const params = paramsOf(pipeline).map(({ name, type, hasDefault }) => ({ name, type, hasDefault }))
  const carried = await readSchema(from, bundle)
  const compiled = carried === undefined ? undefined : compileParameters(carried.json)
  return {
    digest: bundle.digest,
    params,
    ...(compiled?.ok ? { schema: { digest: schemaDigestOf(compiled), compiled } } : {}),
  }
}
