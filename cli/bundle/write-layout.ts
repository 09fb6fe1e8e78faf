// Writes an image to a disk: an OCI layout, as a folder or, by its name, as a tar file.

import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ArchiveEntry, archiveFiles } from '../../shared/bundle/tar.ts'
import type { Digest } from '../../shared/oci/digest.ts'
import type { Descriptor } from '../../shared/oci/manifest.ts'
import { Trouble } from '../shell.ts'

export interface StoredBlob {
  readonly digest: Digest
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What a layout holds: the image that its index names, and all blobs, manifests included. */
export interface LayoutContent {
  readonly root: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>
  readonly blobs: readonly StoredBlob[]
}

function filesOf({ root, blobs }: LayoutContent): ArchiveEntry[] {
  const { mediaType, digest, size } = root
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ mediaType, digest, size }],
  }
  const once = new Map(blobs.map(({ digest: at, bytes }) => [at, bytes]))
  return [
    { name: 'oci-layout', mode: 0o644, content: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
    { name: 'index.json', mode: 0o644, content: Buffer.from(JSON.stringify(index)) },
    ...[...once].map(([at, content]) => ({
      name: `blobs/${at.replace(':', '/')}`,
      mode: 0o644,
      content,
    })),
  ]
}

async function isFilled(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return false
    throw new Trouble(`${folder} cannot be written: ${code}.`)
  }
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md. A folder must be new or empty. Throws Trouble. */
export async function writeLayout(path: string, content: LayoutContent): Promise<void> {
  const files = filesOf(content)
  if (path.endsWith('.tar')) {
    await mkdir(dirname(path), { recursive: true })
    return writeFile(path, archiveFiles(files))
  }
  if (await isFilled(path))
    throw new Trouble(`${path} is not empty: name a new folder, or a file that ends in .tar.`)
  await mkdir(join(path, 'blobs/sha256'), { recursive: true })
  await Promise.all(
    files.map(({ name, content: bytes = new Uint8Array() }) => writeFile(join(path, name), bytes)),
  )
}
