// Reading a base image: of an index, the image of one platform.

import { RegistryError } from '../oci/error.ts'
import type { Descriptor, FetchedManifest, Manifest } from '../oci/manifest.ts'
import { formatReference, pin, type Reference } from '../oci/reference.ts'
import type { Registry } from '../oci/registry.ts'
import type { BaseImage } from './compose.ts'

/** `linux/amd64`: operating system and architecture, as Go names them. */
export type Platform = `${string}/${string}`

/** Reads manifest and config, but no layer (https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md). Throws RegistryError. */
export async function readBase(registry: Registry, ref: Reference, platform: Platform): Promise<BaseImage> {
  const found = await registry.manifest(ref)
  const { descriptor, manifest } = await ofPlatform(registry, found, { ref, platform })
  if (manifest.kind === 'index') throw noImage(ref, 'an index of indexes')
  const at = pin(ref, descriptor.digest)
  const config = parseConfig(await registry.blob(at, manifest.config), ref)
  const has = `${config.os}/${config.architecture}`
  if (has !== platform) throw noImage(ref, `for ${has}, not for ${platform}`)
  return {
    digest: descriptor.digest,
    mediaType: manifest.mediaType,
    layers: manifest.layers,
    configType: manifest.config.mediaType,
    config,
  }
}

interface Wanted {
  readonly ref: Reference
  readonly platform: Platform
}

async function ofPlatform(
  registry: Registry,
  found: FetchedManifest,
  { ref, platform }: Wanted,
): Promise<FetchedManifest> {
  const { manifest } = found
  if (manifest.kind === 'image') return found
  const chosen = choose(manifest, platform)
  if (chosen === undefined) throw noImage(ref, `an index without ${platform}`)
  return registry.manifest(pin(ref, chosen.digest))
}

function choose(index: Manifest & { kind: 'index' }, platform: Platform): Descriptor | undefined {
  return index.manifests.find(
    ({ platform: has }) => has !== undefined && `${has.os}/${has.architecture}` === platform,
  )
}

function parseConfig(bytes: Uint8Array, ref: Reference): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return Object.fromEntries(Object.entries(value))
  } catch {
    // Said below, like any other config that is none.
  }
  throw noImage(ref, 'an image whose config is no JSON object')
}

function noImage(ref: Reference, what: string): RegistryError {
  return new RegistryError(
    'invalid',
    `the base ${formatReference(ref)} is ${what}: choose another base image`,
  )
}
