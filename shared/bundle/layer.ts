// From a layer's bytes to the one file in it, without believing any size that the bytes claim.

import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import { extract } from 'tar-stream'
import { BundleError } from './error.ts'

/** The largest object, in bytes; Tekton's HTTP resolver has the same limit, and etcd holds little more. */
export const MAX_OBJECT = 1024 * 1024

/** Room around the object: tar headers, PAX records, padding. */
const TAR_OVERHEAD = 64 * 1024
const TAR_BLOCK = 512
/** 8 MiB: more than any object needs, far less than a frame may ask for. */
const ZSTD_WINDOW_LOG = 23
/** Archives from before POSIX too, as Go reads them; the types of tar-stream do not know the option. */
const ANY_FORMAT = { highWaterMark: 16_384, allowUnknownFormat: true }

/** The beginning of a layer, and whether that is all of it. */
interface Content {
  readonly bytes: Buffer
  readonly complete: boolean
}

/**
 * The first file of a layer: gzip, zstd or plain by its first bytes, whatever the media type; all of it where it is no tar archive.
 * Names in the archive are never used, so none can lead anywhere. Throws BundleError `Corrupt` or `TooLarge`.
 */
export async function readLayer(bytes: Uint8Array): Promise<Buffer> {
  const content = await decompress(bytes)
  const file = isTar(content.bytes) ? await firstFile(content) : content
  if (file.bytes.length > MAX_OBJECT || !file.complete) {
    throw new BundleError('TooLarge', `the object has more than ${MAX_OBJECT} bytes`)
  }
  return file.bytes
}

/** Stops as soon as there is more than any object could need: the rest of a bomb is never inflated. */
async function decompress(bytes: Uint8Array): Promise<Content> {
  const limit = MAX_OBJECT + TAR_OVERHEAD
  const decoder = decoderOf(bytes)
  if (decoder === undefined) return { bytes: Buffer.from(bytes), complete: true }
  const chunks: Buffer[] = []
  let size = 0
  // Written as a whole and read piece by piece: a decoder only works as far ahead as its buffer.
  decoder.end(bytes)
  try {
    for await (const chunk of decoder) {
      chunks.push(chunk)
      size += chunk.length
      if (size > limit) return { bytes: Buffer.concat(chunks), complete: false }
    }
  } catch (error) {
    throw new BundleError('Corrupt', 'the layer cannot be decompressed', { cause: error })
  }
  return { bytes: Buffer.concat(chunks), complete: true }
}

function decoderOf(bytes: Uint8Array) {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('hex')
  if (magic.startsWith('1f8b')) return createGunzip()
  if (magic !== '28b52ffd') return undefined
  return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } })
}

/** A header whose checksum holds (POSIX ustar: the sum of its bytes, the checksum's own field read as spaces). */
function isTar(bytes: Buffer): boolean {
  if (bytes.length < TAR_BLOCK) return false
  const stored = Number.parseInt(bytes.toString('latin1', 148, 156).replace(/\0.*$/, ''), 8)
  const sum = bytes.subarray(0, TAR_BLOCK).reduce((total, byte) => total + byte, 0)
  const field = bytes.subarray(148, 156).reduce((total, byte) => total + byte, 0)
  return stored === sum - field + 8 * 0x20
}

/** The first entry, as Tekton takes it; what follows it is ignored. Its size is what is there, not what its header says. */
async function firstFile(archive: Content): Promise<Content> {
  const tar = extract(ANY_FORMAT)
  tar.end(archive.bytes)
  try {
    for await (const file of tar) {
      const chunks: Uint8Array[] = []
      for await (const chunk of file) if (chunk instanceof Uint8Array) chunks.push(chunk)
      return { bytes: Buffer.concat(chunks), complete: true }
    }
  } catch (error) {
    if (!archive.complete) return archive
    throw new BundleError('Corrupt', 'the archive breaks off in its first file', { cause: error })
  }
  throw new BundleError('Corrupt', 'the archive holds no file')
}
