// The calls of our service accounts in the API server's audit log.

import type { Action } from './permissions.ts'

export interface Call extends Action {
  readonly namespace: string | undefined
  /** Whether the account had the right; what admission or a conflict made of the call does not count. */
  readonly allowed: boolean
  /** When the API server got it, as it writes it. */
  readonly at: string
}

/** What is read of an entry (https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/). */
interface Entry {
  readonly requestReceivedTimestamp: string
  readonly verb: string
  readonly requestURI: string
  /** Who called; whom the caller plays is in `impersonatedUser`, so the tests' own plays do not count as ours. */
  readonly user: { readonly username: string }
  readonly objectRef?: {
    readonly apiGroup?: string
    readonly resource?: string
    readonly subresource?: string
    readonly namespace?: string
  }
  readonly annotations?: Readonly<Record<string, string>>
}

const DECISION = 'authorization.k8s.io/decision'

/** Undefined for a line of somebody else, for one that says nothing of a decision, and for one that is only half written. */
export function readCall(line: string, accountsOf: string): Call | undefined {
  const prefix = `system:serviceaccount:${accountsOf}:`
  // Nearly all lines are somebody else's, and parsing is slow.
  if (!line.includes(prefix)) return undefined
  const entry = parse(line)
  const decision = entry?.annotations?.[DECISION]
  if (entry === undefined || decision === undefined || !entry.user.username.startsWith(prefix))
    return undefined
  const { objectRef, verb, requestURI, requestReceivedTimestamp } = entry
  return {
    account: entry.user.username.slice(prefix.length),
    verb,
    group: objectRef?.apiGroup ?? '',
    resource: resourceOf(objectRef) ?? requestURI,
    namespace: objectRef?.namespace,
    allowed: decision === 'allow',
    at: requestReceivedTimestamp,
  }
}

function parse(line: string): Entry | undefined {
  try {
    return JSON.parse(line) as Entry
  } catch {
    return undefined
  }
}

function resourceOf(ref: Entry['objectRef']): string | undefined {
  if (ref?.resource === undefined) return undefined
  return ref.subresource === undefined ? ref.resource : `${ref.resource}/${ref.subresource}`
}
