// An image on disk: an OCI layout, as a folder or as the tar file of one, read as a registry is read.

import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import { type Digest, digestOf, parseDigest } from './digest.ts'
import { RegistryError } from './error.ts'
import { parseManifest } from './manifest.ts'
import type { Reference } from './reference.ts'
import type { Pull } from './registry.ts'

export interface Layout extends Pull {
  /** Of the manifests that its index names. */
  readonly digests: readonly Digest[]
}

/** A file of the layout by its path in it; undefined where there is none. */
type Open = (path: string) => Promise<Uint8Array<ArrayBuffer> | undefined>

/** Bundles are small; an archive that holds more is not one. */
const MOST_BYTES = 64 * 1024 * 1024
const HINT = 'Make one with `crane pull --format=oci REF DIR`, or `skopeo copy docker://REF oci:DIR`.'

function invalid(message: string): RegistryError {
  return new RegistryError('invalid', message)
}

function folder(path: string): Open {
  return async name => {
    try {
      return Uint8Array.from(await readFile(join(path, name)))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
}

async function archive(path: string): Promise<Open> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  let total = 0
  const unpack = extract()
  const reading = pipeline(createReadStream(path), unpack)
  // What is wrong with the file is thrown by the loop as well; nobody else would hear it here.
  reading.catch(() => undefined)
  for await (const entry of unpack) {
    const chunks: Buffer[] = []
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      total += chunk.length
      if (total > MOST_BYTES) throw invalid(`${path} holds more than ${MOST_BYTES} bytes`)
      chunks.push(chunk)
    }
    files.set(entry.header.name.replace(/^\.\//, ''), Uint8Array.from(Buffer.concat(chunks)))
  }
  await reading
  return async name => files.get(name)
}

async function digestsIn(open: Open, path: string): Promise<Digest[]> {
  const index = await open('index.json')
  if (index === undefined || (await open('oci-layout')) === undefined)
    throw invalid(`${path} is no OCI layout. ${HINT}`)
  const manifest = parseManifest(index, 'application/vnd.oci.image.index.v1+json')
  return manifest.kind === 'index' ? manifest.manifests.map(({ digest }) => digest) : []
}

/**
 * Opens a layout (https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md). Bytes that are not those of
 * their digest are refused, as from a registry. Throws RegistryError.
 */
export async function openLayout(path: string): Promise<Layout> {
  const isFolder = (await stat(path)).isDirectory()
  const open = isFolder ? folder(path) : await archive(path)
  const digests = await digestsIn(open, path)

  async function blob(digest: string): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await open(`blobs/sha256/${parseDigest(digest)?.slice('sha256:'.length)}`)
    if (bytes === undefined) throw new RegistryError('notFound', `${path} does not hold ${digest}`)
    if (digestOf(bytes) !== digest) throw invalid(`${path} holds other bytes under ${digest}`)
    return bytes
  }

  return {
    digests,
    async manifest({ digest = digests[0] }: Reference) {
      if (digest === undefined) throw new RegistryError('notFound', `${path} holds no image`)
      const bytes = await blob(digest)
      const manifest = parseManifest(bytes, '')
      return { descriptor: { mediaType: manifest.mediaType, digest, size: bytes.length }, bytes, manifest }
    },
    blob: (_, { digest }) => blob(digest),
  }
}
