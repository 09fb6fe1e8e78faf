// The snapshots that the later pages of a list are read from, so that a list is of one moment however long it takes.

import { badRequest, expired } from './status.ts'
import type { Version } from './store.ts'

export interface Snapshot {
  readonly revision: number
  readonly versions: readonly Version[]
}

interface Token {
  readonly rv: number
  readonly start: number
}

const KEPT = 100
const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.'

function read(text: string): Token {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (typeof token === 'object' && token !== null && 'rv' in token && 'start' in token)
      return { rv: Number(token.rv), start: Number(token.start) }
  } catch {
    // Falls through to the refusal below: the text is no token of ours.
  }
  throw badRequest('continue key is not valid: the token could not be decoded')
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
export class Pages {
  readonly #snapshots = new Map<string, Snapshot>()

  /** Keeps a snapshot for as long as a hundred newer ones, and names the place to go on from. */
  keep(list: string, snapshot: Snapshot, start: number): string {
    const key = `${list} ${snapshot.revision}`
    this.#snapshots.delete(key)
    this.#snapshots.set(key, snapshot)
    const [oldest] = this.#snapshots.keys()
    if (this.#snapshots.size > KEPT && oldest !== undefined) this.#snapshots.delete(oldest)
    return Buffer.from(JSON.stringify({ rv: snapshot.revision, start })).toString('base64url')
  }

  /** Where a token goes on; 400 for what is no token, 410 when its snapshot is forgotten. */
  resume(list: string, token: string): Snapshot & { start: number } {
    const { rv, start } = read(token)
    const snapshot = this.#snapshots.get(`${list} ${rv}`)
    if (snapshot === undefined) throw expired(TOO_OLD)
    return { ...snapshot, start }
  }

  clear(): void {
    this.#snapshots.clear()
  }
}
