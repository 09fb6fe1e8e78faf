// Remembers which credentials an answer was fetched with, so that it is kept only for those who have the same.

import { createHash } from 'node:crypto'
import { ResolutionError } from './error.ts'
import type { Secrets } from './resolver.ts'

/** One reading, that can be done again with another request's rights. */
export interface Reading {
  readonly again: (secrets: Secrets) => Promise<unknown>
  /** A hash of what was read, or that it was refused. */
  readonly fingerprint: string
}

async function fingerprintOf(reading: Promise<unknown>): Promise<string> {
  try {
    return createHash('sha256')
      .update(JSON.stringify(await reading))
      .digest('hex')
  } catch (error) {
    if (error instanceof ResolutionError) return 'refused'
    throw error
  }
}

/** The same credentials, and a list to which each reading is added. */
export function recording(secrets: Secrets): { secrets: Secrets; readings: Reading[] } {
  const readings: Reading[] = []
  async function record<T>(again: (secrets: Secrets) => Promise<T>): Promise<T> {
    const value = again(secrets)
    readings.push({ again, fingerprint: await fingerprintOf(value) })
    return value
  }
  return {
    readings,
    secrets: {
      read: secret => record(given => given.read(secret)),
      pullConfigs: from => record(given => given.pullConfigs(from)),
    },
  }
}

/** Whether these credentials would read the same now. */
export async function readsTheSame(readings: readonly Reading[], secrets: Secrets): Promise<boolean> {
  const now = await Promise.all(readings.map(({ again }) => fingerprintOf(again(secrets))))
  return readings.every(({ fingerprint }, index) => fingerprint === now[index])
}
