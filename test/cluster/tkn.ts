// The real `tkn`, with which operators publish their playbooks.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Digest, parseDigest } from '../../shared/oci/digest.ts'
import { type PlaybookText, pipelineOf, SCHEMA } from '../journeys/playbooks.ts'

export interface TknPush {
  readonly reference: string
  /** An image with a shell, for the step. */
  readonly image: string
  readonly text: PlaybookText
  readonly login?: { readonly username: string; readonly password: string }
}

/** Runs tkn and answers what it prints; throws with what it says when it fails. */
export function tkn(args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('tkn', args, { encoding: 'utf8' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`tkn ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** As README tells playbook authors: the Pipeline as a file, the schema as an annotation. Answers the bundle's digest. */
export function tknPush({ reference, image, text, login }: TknPush): Digest {
  const folder = mkdtempSync(join(tmpdir(), 'tkn-'))
  const file = join(folder, 'pipeline.yaml')
  writeFileSync(file, JSON.stringify(pipelineOf(text, image)))
  const schema = Buffer.from(JSON.stringify(text.schema ?? SCHEMA)).toString('base64')
  const annotation = ['--annotate', `io.kubernaut.playbook.schema=${schema}`]
  const remote =
    login === undefined ? [] : ['--remote-username', login.username, '--remote-password', login.password]
  try {
    const printed = tkn(['bundle', 'push', reference, '-f', file, ...annotation, ...remote])
    const digest = parseDigest(/sha256:[0-9a-f]{64}/.exec(printed)?.[0] ?? '')
    if (digest === undefined) throw new Error(`tkn does not say which digest it pushed: ${printed}`)
    return digest
  } finally {
    rmSync(folder, { recursive: true })
  }
}
