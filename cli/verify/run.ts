// `playbook verify`: a receipt, held against the event, the bundle and the run that were kept.

import { type Claim, checkClaims, type Evidence } from '../../shared/receipt/claims.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { type Format, print } from '../output.ts'
import { readRecorded } from '../recorded.ts'
import type { RegistryOptions } from '../registry/open.ts'
import { EXIT, type ExitCode, type Shell } from '../shell.ts'
import { drawTable } from '../table.ts'
import { readBundleEvidence } from './bundle.ts'
import { readReceipt, readRun, readText } from './documents.ts'

export interface VerifyOptions extends RegistryOptions {
  readonly output: Format
  readonly event?: string
  readonly bundle?: string
  readonly run?: string
}

async function gather(
  shell: Shell,
  { receipt, run }: { readonly receipt: Receipt; readonly run?: Evidence['run'] },
  options: VerifyOptions,
): Promise<Evidence> {
  const kept = options.run === undefined ? run : await readRun(options.run)
  return {
    ...(options.event === undefined ? {} : { event: readRecorded(await readText(options.event)) }),
    ...(options.bundle === undefined
      ? {}
      : { bundle: await readBundleEvidence(shell, { where: options.bundle, registry: options }, receipt) }),
    ...(kept === undefined ? {} : { run: kept }),
  } as Evidence
}

function rowsOf(claims: readonly Claim[]): string[][] {
  return [
    ['CLAIM', 'VERDICT', 'DETAIL'],
    ...claims.map(({ claim, verdict, detail = '' }) => [claim, verdict, detail]),
  ]
}

export async function verify(shell: Shell, path: string, options: VerifyOptions): Promise<ExitCode> {
  const read = await readReceipt(path)
  const claims = checkClaims(read.receipt, await gather(shell, read, options))
  const holds = !claims.some(({ verdict }) => verdict === 'differs')
  const unchecked = claims.filter(({ verdict }) => verdict === 'unchecked').length
  const rest = unchecked === 0 ? '' : `; ${unchecked} claims are unchecked`
  const summary = `${holds ? 'Every claim that could be checked holds' : 'The receipt does not hold'}${rest}.`
  await print(shell, options.output, {
    value: { holds, claims },
    table: () => `${drawTable(rowsOf(claims))}\n\n${summary}`,
  })
  return holds ? EXIT.yes : EXIT.no
}
