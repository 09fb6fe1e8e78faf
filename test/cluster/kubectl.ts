// kubectl, as a person would run it.

import { spawnSync } from 'node:child_process'

/** Runs kubectl and answers what it prints; throws with what it says when it fails. */
export function kubectl(args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync('kubectl', args, { input, encoding: 'utf8' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
  return stdout
}
