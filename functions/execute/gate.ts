// Whether a run whose turn has come may start now: looked at again, for it may have waited.

import { agedOut, movedOn } from '../../shared/decision/freshness.ts'
import { policyNow } from '../../shared/decision/reach.ts'
import { playbooks } from '../../shared/kubernetes/resources.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import { brokenPrecondition } from '../../shared/playbook/preconditions.ts'
import type { Gate, Turn } from '../../shared/remediation/advance.ts'
import { describeRun } from '../../shared/remediation/describe.ts'
import { ANNOTATION, type PipelineRun } from '../../shared/remediation/marks.ts'
import { type Target, targetOfKey } from '../../shared/remediation/target.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { type Look, lookAt } from '../../shared/targets/look.ts'

const OPEN: Gate = { kind: 'open' }

function targetOf({ metadata: { annotations } }: PipelineRun): Target | undefined {
  const { [ANNOTATION.target]: key, [ANNOTATION.targetApiVersion]: apiVersion } = annotations ?? {}
  return key === undefined ? undefined : targetOfKey(key, apiVersion)
}

/** A run without a target of its own locks its playbook, which nobody needs to look at. */
function look({ kubernetes }: Services, target: Target | undefined): Promise<Look> {
  return target === undefined || target.kind === 'playbook'
    ? Promise.resolve({ kind: 'none' })
    : lookAt(kubernetes, target)
}

async function checkTarget(services: Services, run: PipelineRun, playbook: Playbook): Promise<Gate> {
  const target = targetOf(run)
  const seen = await look(services, target)
  const gone = target === undefined ? undefined : movedOn(target, seen)
  if (gone !== undefined) return { kind: 'denied', reason: gone.reason, why: gone.message }
  const why = brokenPrecondition(playbook, {
    release: describeRun(run).playbook,
    parameters: Object.fromEntries(run.spec.params.map(({ name, value }) => [name, value])),
    target: target ?? { kind: 'Playbook', name: playbook.metadata.name },
    live: seen.kind === 'found' ? seen.object : undefined,
    now: services.clock.now(),
  })
  return why === undefined ? OPEN : { kind: 'denied', reason: 'PreconditionFailed', why }
}

/** How long a run has waited counts as the age of its analysis, which it no longer carries. */
function waited({ clock }: Services, run: PipelineRun, maxAgeMs: number): Gate {
  const since = Number(run.metadata.annotations?.[ANNOTATION.queuedAt] ?? Number.NaN)
  const time = Number.isNaN(since) ? undefined : new Date(since).toISOString()
  const old = agedOut({ time }, clock.now(), maxAgeMs)
  return old === undefined ? OPEN : { kind: 'denied', reason: old.reason, why: old.message }
}

/** The gate of this moment: policy, playbook and target are read afresh for each run that asks. */
export function gateOf(services: Services): Turn['gate'] {
  return async run => {
    const { policy, suspended } = await policyNow(services)
    if (suspended !== undefined) return { kind: 'shut', why: suspended }
    const { namespace, name } = describeRun(run).playbook
    const playbook = await services.kubernetes.get<Playbook>(playbooks, { namespace, name })
    if (playbook === undefined)
      return { kind: 'denied', reason: 'UnknownPlaybook', why: `Playbook ${namespace}/${name} was deleted.` }
    if (playbook.spec.suspended === true)
      return { kind: 'shut', why: `${namespace}/${name} is suspended by its operator.` }
    const aged = waited(services, run, policy.settings.maxAnalysisAgeMs)
    return aged.kind === 'open' ? checkTarget(services, run, playbook) : aged
  }
}
