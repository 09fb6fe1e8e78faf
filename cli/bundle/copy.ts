// `playbook copy`: an image as it is, byte for byte, between registries and disks, with its signatures where asked.

import type { Digest } from '../../shared/oci/digest.ts'
import { RegistryError } from '../../shared/oci/error.ts'
import type { Descriptor } from '../../shared/oci/manifest.ts'
import { formatReference, parseReference, pin, type Reference } from '../../shared/oci/reference.ts'
import type { Registry } from '../../shared/oci/registry.ts'
import { type Format, print } from '../output.ts'
import { type Progress, startProgress } from '../progress.ts'
import { openRegistry, type RegistryOptions } from '../registry/open.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { type Image, openImage } from './content.ts'
import { type StoredBlob, writeLayout } from './write-layout.ts'

export interface CopyOptions extends RegistryOptions {
  readonly output: Format
  readonly signatures?: boolean
}

/** Where an image goes. */
interface Sink {
  readonly blob: (descriptor: Descriptor, read: () => Promise<Uint8Array<ArrayBuffer>>) => Promise<void>
  /** Under a tag, or by its digest alone. */
  readonly manifest: (bytes: Uint8Array<ArrayBuffer>, descriptor: Descriptor, tag?: string) => Promise<void>
}

/** Blobs of the same registry are mounted, not sent. */
function intoRegistry(registry: Registry, to: Reference, from: Image): Sink {
  const isNear = from.registry !== undefined && from.at.registry === to.registry
  const far = { registry: to.registry, repository: to.repository }
  return {
    async blob({ digest }, read) {
      if (await registry.hasBlob(to, digest)) return
      if (isNear && (await registry.mountBlob(to, digest, from.at.repository))) return
      await registry.putBlob(to, await read())
    },
    async manifest(bytes, { mediaType, digest }, tag) {
      await registry.pushManifest(tag === undefined ? { ...far, digest } : { ...far, tag }, mediaType, bytes)
    },
  }
}

function intoMemory(blobs: StoredBlob[]): Sink {
  return {
    blob: async ({ digest }, read) => void blobs.push({ digest, bytes: await read() }),
    manifest: async (bytes, { digest }) => void blobs.push({ digest, bytes }),
  }
}

interface Way {
  readonly image: Image
  readonly sink: Sink
  readonly progress: Progress
}

/** Everything below a manifest first, so that a reader never finds half an image. */
async function copyFrom(way: Way, at: Reference, tag?: string): Promise<Descriptor> {
  const { image, sink, progress } = way
  const { descriptor, bytes, manifest } = await image.from.manifest(at)
  if (manifest.kind === 'index')
    for (const child of manifest.manifests) await copyFrom(way, pin(at, child.digest))
  else
    await Promise.all(
      [manifest.config, ...manifest.layers].map(blob => sink.blob(blob, () => image.from.blob(at, blob))),
    )
  await sink.manifest(bytes, descriptor, tag)
  progress.tick()
  return descriptor
}

async function copyTag(way: Way, tag: string): Promise<number> {
  const { registry, repository } = way.image.at
  try {
    await copyFrom(way, { registry, repository, tag }, tag)
    return 1
  } catch (error) {
    if (error instanceof RegistryError && error.reason === 'notFound') return 0
    throw error
  }
}

/** Where cosign puts them: under a tag, and as referrers, which old registries keep under a tag as well. */
async function copySignatures(way: Way, digest: Digest): Promise<number> {
  const { registry, at } = way.image
  if (registry === undefined) throw new Trouble('--signatures are copied between registries only.')
  const referrers = await registry.referrers({ ...pin(at, digest), digest })
  for (const referrer of referrers) await copyFrom(way, pin(at, referrer.digest))
  const tag = digest.replace(':', '-')
  await copyTag(way, tag)
  return referrers.length + (await copyTag(way, `${tag}.sig`))
}

const ON_DISK = /^\.{0,2}\/|\.tar$/

async function toDisk(shell: Shell, image: Image, path: string): Promise<Descriptor> {
  const blobs: StoredBlob[] = []
  using progress = startProgress(shell, 'copying', 1)
  const root = await copyFrom({ image, sink: intoMemory(blobs), progress }, image.at)
  await writeLayout(path, { root, blobs })
  return root
}

export async function copy(
  shell: Shell,
  { from, to }: { readonly from: string; readonly to: string },
  options: CopyOptions,
): Promise<ExitCode> {
  const image = await openImage(shell, from, options)
  if (ON_DISK.test(to)) {
    if (options.signatures === true) throw new Trouble('--signatures are copied between registries only.')
    const { digest } = await toDisk(shell, image, to)
    await print(shell, options.output, { value: { path: to, digest }, table: () => `${to}  ${digest}` })
    return EXIT.yes
  }
  const target = parseReference(to)
  const registry = image.registry ?? (await openRegistry(shell, options))
  using progress = startProgress(shell, 'copying', 1)
  const way = { image, sink: intoRegistry(registry, target, image), progress }
  const { digest } = await copyFrom(way, image.at, target.tag)
  const signatures = options.signatures === true ? await copySignatures(way, digest) : undefined
  const reference = formatReference({ ...target, digest })
  const value = { reference, digest, ...(signatures === undefined ? {} : { signatures }) }
  await print(shell, options.output, { value, table: () => reference })
  return EXIT.yes
}
