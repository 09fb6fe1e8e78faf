// The rules that a subject matches, in their order: found once, for the same subjects come again and again.

import { isMatch } from './match.ts'
import type { Policy, Rule, Subject } from './policy.ts'

/** For as long as the policy is in use; strangers' subjects must not fill the memory. */
const found = new WeakMap<Policy, Map<string, readonly Rule[]>>()
const REMEMBERED = 1_024

export function rulesFor(policy: Policy, subject: Subject): readonly Rule[] {
  if (policy.rules.length === 0) return policy.rules
  const bySubject = found.get(policy) ?? new Map<string, readonly Rule[]>()
  const key = JSON.stringify(subject)
  const known = bySubject.get(key)
  if (known !== undefined) return known
  const rules = policy.rules.filter(({ match }) => isMatch(match, subject))
  if (bySubject.size >= REMEMBERED) bySubject.clear()
  bySubject.set(key, rules)
  found.set(policy, bySubject)
  return rules
}
