// What a ConfigMap says of the policy: its text compiled, or what is wrong with it, and whether starts are suspended; pure.

import { parsePolicy, policyOf } from './parse.ts'
import { DEFAULTS, type Policy } from './policy.ts'

type Data = Readonly<Record<string, string>>

export interface CompiledPolicy {
  readonly text: string | undefined
  readonly policy: Policy | undefined
  /** What is wrong with it, as a sentence; the policy is undefined then. */
  readonly problem?: string
  readonly isSuspended: boolean
}

export const TEXT = 'policy.yaml'
const SWITCH = 'suspended'

/** What holds where nobody has written a policy. */
export const BY_DEFAULT = policyOf('default', DEFAULTS, [])

function compileText(data: Data): Omit<CompiledPolicy, 'isSuspended'> {
  const text = data[TEXT]
  const strays = Object.keys(data).filter(key => key !== TEXT && key !== SWITCH)
  if (text === undefined && strays.length > 0)
    return { text, policy: undefined, problem: `It has no key ${TEXT}, but ${strays.join(', ')}. Rename it.` }
  if (text === undefined) return { text, policy: BY_DEFAULT }
  const parsed = parsePolicy(text)
  if (parsed.ok) return { text, policy: parsed.policy }
  const [first, ...others] = parsed.mistakes
  const more = others.length === 0 ? '' : ` And ${others.length} more.`
  const where = first === undefined ? '' : `Line ${first.line}, column ${first.column}: ${first.message}`
  return { text, policy: undefined, problem: `${where}${more}` }
}

/** The switch as a key of its own can be thrown in one line; what is not plainly off is on. */
function isSwitched(data: Data): boolean {
  const text = (data[SWITCH] ?? '').trim().toLowerCase()
  return text !== '' && text !== 'false'
}

/** Somebody who suspends in a hurry may break the rest: the line alone counts. */
const SUSPENDED_LINE = /^\s*["']?suspended["']?\s*:\s*["']?(true|yes|on|y)\b/im

/** Compiles the data of the ConfigMap. Throws nothing. */
export function compilePolicy(data: Data): CompiledPolicy {
  const result = compileText(data)
  const { text = '', policy } = result
  const isWritten = policy === undefined ? SUSPENDED_LINE.test(text) : policy.settings.suspended
  return { ...result, isSuspended: isWritten || isSwitched(data) }
}
