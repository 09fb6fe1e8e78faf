// `playbook verify --key`: whether a bundle is signed with a key, as cosign or `playbook sign` sign.

import { readFile } from 'node:fs/promises'
import { formatReference } from '../../shared/oci/reference.ts'
import { parsePublicKey } from '../../shared/signature/key.ts'
import { verifySignature } from '../../shared/signature/verify.ts'
import { type Format, print } from '../output.ts'
import { openRegistry, type RegistryOptions } from '../registry/open.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { pinnedImage } from './pinned.ts'

export interface SignatureOptions extends RegistryOptions {
  readonly output: Format
  readonly key: string
}

const FORMS = { bundle: 'a sigstore bundle', simple: 'a simple signature' } as const

/** 1 where there is no signature, or none by this key. */
export async function verifyKey(
  shell: Shell,
  reference: string,
  options: SignatureOptions,
): Promise<ExitCode> {
  const pem = await readFile(options.key, 'utf8').catch(error => {
    throw new Trouble(`${options.key} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  })
  const key = parsePublicKey(pem)
  const registry = await openRegistry(shell, options)
  const image = await pinnedImage(registry, reference)
  const verdict = await verifySignature({ registry, image }, key)
  const pinned = formatReference(image)
  await print(shell, options.output, {
    value: { reference: pinned, verified: verdict.ok, ...verdict },
    table: () =>
      verdict.ok ? `${pinned} is signed with this key (${FORMS[verdict.form]}).` : `${verdict.message}.`,
  })
  return verdict.ok ? EXIT.yes : EXIT.no
}
