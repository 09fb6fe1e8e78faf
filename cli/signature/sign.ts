// `playbook sign`: a signature beside a bundle, which `cosign verify --key` and Playbooks accept.

import { readFile } from 'node:fs/promises'
import { formatReference } from '../../shared/oci/reference.ts'
import { isEncrypted, openPrivateKey } from '../../shared/signature/private-key.ts'
import { signImage } from '../../shared/signature/sign.ts'
import { type Format, print } from '../output.ts'
import { openRegistry, type RegistryOptions } from '../registry/open.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { pinnedImage } from './pinned.ts'

export interface SignOptions extends RegistryOptions {
  readonly output: Format
  readonly key: string
}

/** As cosign: COSIGN_PASSWORD, or asked of a person. */
async function passwordFor(shell: Shell, pem: string, file: string): Promise<string> {
  const given = shell.env.COSIGN_PASSWORD
  if (given !== undefined || !isEncrypted(pem)) return given ?? ''
  if (shell.askSecret === undefined)
    throw new Trouble(`${file} is encrypted: give its password in COSIGN_PASSWORD.`)
  return shell.askSecret(`Password for ${file}: `)
}

export async function sign(shell: Shell, reference: string, options: SignOptions): Promise<ExitCode> {
  const pem = await readFile(options.key, 'utf8').catch(error => {
    throw new Trouble(`${options.key} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  })
  const key = await openPrivateKey(pem, await passwordFor(shell, pem, options.key))
  const registry = await openRegistry(shell, options)
  const image = await pinnedImage(registry, reference)
  const tag = await signImage({ registry, image }, key)
  const signed = formatReference(image)
  const signature = formatReference({ registry: image.registry, repository: image.repository, tag })
  await print(shell, options.output, {
    value: { reference: signed, signature },
    table: () => `signed ${signed}\nas ${signature}`,
  })
  return EXIT.yes
}
