// The audit log as files: the one that is written to, and those that it was rotated into.

import { createReadStream, readdirSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Call, readCall } from './calls.ts'
import { describeAction } from './permissions.ts'

/** `audit.log`, and `audit-2026-11-21T12-00-00.000.log` beside it, which the API server leaves when it grows too large. */
function filesOf(path: string): string[] {
  const [folder, extension] = [dirname(path), extname(path)]
  const stem = `${basename(path, extension)}-`
  const rotated = readdirSync(folder).filter(name => name.startsWith(stem) && name.endsWith(extension))
  return [...rotated.map(name => join(folder, name)), path]
}

/** The calls of a namespace's accounts since a time, in milliseconds; equal ones once, however many there were. */
export async function readCalls(path: string, accountsOf: string, since: number): Promise<Call[]> {
  const distinct = new Map<string, Call>()
  for (const file of filesOf(path)) {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      const call = readCall(line, accountsOf)
      if (call === undefined || Date.parse(call.at) < since) continue
      distinct.set(`${describeAction(call)} ${call.namespace} ${call.allowed}`, call)
    }
  }
  return [...distinct.values()]
}
