// An image from a base image and a layer of our own: pure, so that the same input has the same digest on every machine.

import type { ArchiveEntry } from '../bundle/tar.ts'
import { archiveFiles } from '../bundle/tar.ts'
import type { Digest } from '../oci/digest.ts'
import { digestOf } from '../oci/digest.ts'
import { RegistryError } from '../oci/error.ts'
import { compressLayer } from '../oci/layer.ts'
import type { Descriptor } from '../oci/manifest.ts'
import { MEDIA_TYPES } from '../oci/manifest.ts'

/** A base image of one platform, as its registry has it. */
export interface BaseImage {
  readonly digest: Digest
  readonly mediaType: string
  readonly layers: readonly Descriptor[]
  readonly configType: string
  /** The config's JSON, whatever is in it. */
  readonly config: Readonly<Record<string, unknown>>
}

/** Absolute path to content, and what starts with the container. */
export interface Addition {
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly workingDir: string
  /** Arguments of the base image's entrypoint, or of `node` where it has none. */
  readonly cmd: readonly string[]
}

export interface ComposedImage {
  readonly digest: Digest
  readonly mediaType: string
  readonly manifest: Uint8Array<ArrayBuffer>
  /** The layers that the base's registry has. */
  readonly baseLayers: readonly Descriptor[]
  /** Our own layer and the config. */
  readonly blobs: readonly Uint8Array<ArrayBuffer>[]
}

/** Never: an image made of the same input is the same image. */
const CREATED = '1970-01-01T00:00:00Z'
/** Kubernetes can hold a container to `runAsNonRoot` only where the user is a number. */
const USER = '1000'
const LAYER = {
  docker: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  oci: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const

/**
 * Appends one layer with these files, and sets what the container runs
 * (https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties). Throws RegistryError `invalid` for a base that is no image.
 */
export function composeImage(base: BaseImage, addition: Addition): ComposedImage {
  const layer = compressLayer(archiveFiles(entriesOf(addition.files)))
  const mediaType = base.mediaType === MEDIA_TYPES.dockerManifest ? LAYER.docker : LAYER.oci
  const config = encode(extendConfig(base, addition, layer.diffId))
  const own = { mediaType, digest: layer.digest, size: layer.bytes.length }
  const manifest = encode({
    schemaVersion: 2,
    mediaType: base.mediaType,
    config: { mediaType: base.configType, digest: digestOf(config), size: config.length },
    layers: [...base.layers, own],
    annotations: { 'org.opencontainers.image.base.digest': base.digest },
  })
  return {
    digest: digestOf(manifest),
    mediaType: base.mediaType,
    manifest,
    baseLayers: base.layers,
    blobs: [layer.bytes, config],
  }
}

/** The folders above the files, then the files, sorted: what a reader finds first is what the next entry lies in. */
function entriesOf(files: Addition['files']): ArchiveEntry[] {
  const names = Object.keys(files).map(path => path.replace(/^\/+/, ''))
  const folders = new Set(
    names.flatMap(name => [...name.matchAll(/\//g)].map(at => name.slice(0, at.index + 1))),
  )
  return [
    ...[...folders].toSorted().map(name => ({ name, mode: 0o755 })),
    ...Object.entries(files)
      .map(([path, content]) => ({ name: path.replace(/^\/+/, ''), mode: 0o644, content }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  ]
}

function extendConfig({ config, layers }: BaseImage, addition: Addition, diffId: Digest): object {
  const { config: run, rootfs, history } = config
  const { diff_ids: diffIds } = asRecord(rootfs)
  if (!Array.isArray(diffIds) || diffIds.length !== layers.length) {
    throw new RegistryError('invalid', 'the base is no image: its config does not name its layers')
  }
  const past = Array.isArray(history) ? history : layers.map(() => ({ created: CREATED }))
  return {
    ...config,
    created: CREATED,
    config: extendRun(asRecord(run), addition),
    rootfs: { type: 'layers', diff_ids: [...diffIds, diffId] },
    history: [...past, { created: CREATED, created_by: 'playbook-functions' }],
  }
}

function extendRun(run: Record<string, unknown>, { workingDir, cmd }: Addition): object {
  const { Entrypoint: entrypoint, Env: env, User: user } = run
  const hasEntrypoint = Array.isArray(entrypoint) && entrypoint.length > 0
  const variables = Array.isArray(env) ? env.filter(text => !String(text).startsWith('NODE_ENV=')) : []
  return {
    ...run,
    Entrypoint: hasEntrypoint ? entrypoint : ['node'],
    Cmd: cmd,
    WorkingDir: workingDir,
    User: typeof user === 'string' && /^[1-9]\d*(?::\d+)?$/.test(user) ? user : USER,
    Env: [...variables, 'NODE_ENV=production'],
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value))
}
