// `playbook pack` and `playbook push`: a folder of files becomes a bundle, on a disk or in a registry.

import { pushBundle } from '../../shared/bundle/pack.ts'
import { formatReference, parseReference } from '../../shared/oci/reference.ts'
import { type Format, print } from '../output.ts'
import { startProgress } from '../progress.ts'
import { openRegistry, type RegistryOptions } from '../registry/open.ts'
import { EXIT, type ExitCode, type Shell } from '../shell.ts'
import { describePacking, type PackingOptions, packFolder, tableOfPacking } from './packing.ts'
import { writeLayout } from './write-layout.ts'

export interface PackOptions extends PackingOptions {
  readonly output: Format
  /** An OCI layout to write: a folder, or a file that ends in .tar. */
  readonly to?: string
}

export async function pack(shell: Shell, folder: string, options: PackOptions): Promise<ExitCode> {
  const packing = await packFolder(folder, options)
  const { digest, mediaType, manifest, blobs } = packing.packed
  if (options.to !== undefined)
    await writeLayout(options.to, {
      root: { mediaType, digest, size: manifest.length },
      blobs: [{ digest, bytes: manifest }, ...blobs],
    })
  const value = describePacking(packing)
  await print(shell, options.output, { value, table: () => `${tableOfPacking(value)}\n\n${digest}` })
  return EXIT.yes
}

export interface PushOptions extends PackingOptions, RegistryOptions {
  readonly output: Format
}

export async function push(
  shell: Shell,
  { folder, to }: { readonly folder: string; readonly to: string },
  options: PushOptions,
): Promise<ExitCode> {
  const reference = parseReference(to)
  const packing = await packFolder(folder, options)
  const registry = await openRegistry(shell, options)
  {
    using progress = startProgress(shell, 'pushing', packing.packed.blobs.length + 1)
    const ticking = {
      ...registry,
      async pushBlob(...given: Parameters<typeof registry.pushBlob>) {
        const digest = await registry.pushBlob(...given)
        progress.tick()
        return digest
      },
    }
    await pushBundle(ticking, reference, packing.packed)
  }
  const described = describePacking(packing)
  const pushed = formatReference({ ...reference, digest: described.digest })
  const value = { reference: pushed, ...described }
  await print(shell, options.output, { value, table: () => `${tableOfPacking(described)}\n\n${pushed}` })
  return EXIT.yes
}
