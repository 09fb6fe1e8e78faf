// Whether what was validated is still what would be decided now: pure.

import { isDeepStrictEqual } from 'node:util'
import type { Decision } from '../../shared/decision/decide.ts'
import type { RemediationValidated } from '../../shared/events/types.ts'

/** Why the event may not be acted on, as a sentence; undefined when the fresh decision is the one it carries. */
export function disagreement(claimed: RemediationValidated, fresh: Decision): string | undefined {
  if (fresh.kind === 'refused') return fresh.message
  const { playbook, release, values, approval } = fresh
  const { namespace = 'default', name } = playbook.metadata
  const claims = claimed.playbook
  if (claims.namespace !== namespace || claims.name !== name)
    return `The analysis means ${namespace}/${name}, not ${claims.namespace}/${claims.name}.`
  if (claims.digest !== release.digest)
    return `${namespace}/${name} is ${release.digest} now, but ${claims.digest} was validated.`
  if (!isDeepStrictEqual(claimed.parameters, values))
    return 'The parameters are not those that the analysis gives.'
  if (approval.required && !claimed.approval.required) return 'An approval is required now.'
  return undefined
}
