// `playbook migrate`: a playbook that is a container image becomes the bundle that it is under the same digest.

import { type PackedBundle, pushBundle } from '../../shared/bundle/pack.ts'
import { playbooks } from '../../shared/kubernetes/resources.ts'
import { RegistryError } from '../../shared/oci/error.ts'
import { formatReference, parseReference, type Reference } from '../../shared/oci/reference.ts'
import type { Registry } from '../../shared/oci/registry.ts'
import { packInline } from '../../shared/playbook/pack-inline.ts'
import { currentRelease, nameOf, type Playbook, type Release } from '../../shared/playbook/playbook.ts'
import { type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { openRegistry, type RegistryOptions } from '../registry/open.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { readiness, readPlaybook } from './read.ts'
import { allowed, judged, patienceOf, textOf, type Waiting } from './verdict.ts'

export interface MigrateOptions extends ClusterOptions, RegistryOptions, Waiting {
  readonly output: Format
  /** Another repository for the bundle: registry/path. */
  readonly to?: string
}

/** What runs now. Throws Trouble where that is not what the Playbook says. */
function releaseOf(playbook: Playbook): Release {
  const release = currentRelease(playbook)
  const ready = readiness(playbook)
  if (ready === 'True' && release?.pipelineSpec !== undefined) return release
  throw new Trouble(
    `${nameOf(playbook)} is not registered as it stands: ${ready}. Only what runs is migrated: see playbook show.`,
  )
}

function pack(playbook: Playbook, release: Release): PackedBundle {
  const packed = packInline(release)
  if (packed.digest === release.digest) return packed
  throw new Trouble(
    `${nameOf(playbook)} ${release.version} is registered as ${release.digest}, but this version of playbook would pack ${packed.digest}. Register it under a new spec.version first.`,
  )
}

/** Beside the image, under the playbook's name: the image's own repository holds images. */
function placeOf(
  { metadata }: Playbook,
  { image = '', version }: Release,
  to: string | undefined,
): Reference {
  // A tag has no plus: such a version stands in the Pipeline's annotation and in spec.version.
  const tag = `v${version.replaceAll('+', '_')}`
  if (to === undefined) {
    const { registry, repository } = parseReference(image)
    const path = repository.split('/').slice(0, -1)
    return { registry, repository: [...path, `${metadata.name}-playbook`].join('/'), tag }
  }
  const { registry, repository, tag: given, digest } = parseReference(to)
  if (digest !== undefined || (given !== undefined && to.endsWith(`:${given}`)))
    throw new Trouble(`--to takes a repository without tag and digest, not ${to}: the tag is ${tag}.`)
  return { registry, repository, tag }
}

/** The digest under which the tag is taken; undefined where it is free. */
async function takenBy(registry: Registry, at: Reference): Promise<string | undefined> {
  try {
    return (await registry.resolve(at)).digest
  } catch (error) {
    if (error instanceof RegistryError && error.reason === 'notFound') return undefined
    throw error
  }
}

async function push(registry: Registry, at: Reference, packed: PackedBundle): Promise<void> {
  const taken = await takenBy(registry, at)
  if (taken === packed.digest) return
  if (taken !== undefined)
    throw new Trouble(`${formatReference(at)} is ${taken} already. Name another repository with --to.`)
  await pushBundle(registry, at, packed)
}

async function publish(
  shell: Shell,
  at: Reference,
  packed: PackedBundle,
  options: MigrateOptions,
): Promise<void> {
  const registry = await openRegistry(shell, options)
  await push(registry, at, packed).catch(error => {
    if (!(error instanceof RegistryError)) throw error
    throw new Trouble(`${error.message}. Another repository is named with --to.`)
  })
}

/** 1 where the cluster refuses the bundle: what was registered before runs on. */
export async function migrate(shell: Shell, name: string, options: MigrateOptions): Promise<ExitCode> {
  const patience = patienceOf(options)
  await using cluster = openCluster(shell, options)
  const playbook = await readPlaybook(cluster, name)
  const { spec, metadata } = playbook
  if (spec.image === undefined) {
    const value = { playbook: nameOf(playbook), bundle: spec.bundle, changed: false }
    await print(shell, options.output, {
      value,
      table: () => `${value.playbook} unchanged: it names the bundle ${spec.bundle} already.`,
    })
    return EXIT.yes
  }
  const release = releaseOf(playbook)
  const packed = pack(playbook, release)
  const at = placeOf(playbook, release, options.to)
  await publish(shell, at, packed, options)
  const bundle = formatReference({ ...at, digest: packed.digest })
  const { resourceVersion, namespace } = metadata
  const change = {
    // Only as it was read: nobody else's change is written over.
    metadata: { resourceVersion },
    spec: { bundle, image: null, parameters: null },
  }
  const key = { namespace, name: metadata.name }
  const written = await allowed(cluster.kubernetes.patch<Playbook>(playbooks, key, change), metadata)
  const verdict = await judged(cluster, written, patience)
  await print(shell, options.output, {
    value: { ...verdict, bundle, changed: true },
    table: () =>
      [
        textOf(verdict),
        `In its file, write spec.bundle: ${bundle}`,
        'and leave spec.image and spec.parameters out.',
      ].join('\n'),
  })
  return verdict.ready ? EXIT.yes : EXIT.no
}
