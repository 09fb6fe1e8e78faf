// Whether a run whose turn has come may start now: looked at again, for it may have waited.

import { type AsOf, agedOut, movedOn } from '../decision/freshness.ts'
import { policyNow } from '../decision/reach.ts'
import { playbooks } from '../kubernetes/resources.ts'
import { namespacesIn } from '../parameters/platform.ts'
import type { Playbook } from '../playbook/playbook.ts'
import { brokenPrecondition } from '../playbook/preconditions.ts'
import { whyProtected } from '../policy/judge.ts'
import type { Policy } from '../policy/policy.ts'
import type { Services } from '../runtime/function.ts'
import { type Look, lookAt } from '../targets/look.ts'
import type { Denial } from './denial.ts'
import { describeRun, valuesOf } from './describe.ts'
import { ANNOTATION, type PipelineRun } from './marks.ts'
import { type Target, targetOfKey } from './target.ts'

/** Whether a run whose turn has come may start now. */
export type Answer =
  | { readonly kind: 'open' }
  /** Nobody may start now: it stays where it is in line. */
  | { readonly kind: 'shut'; readonly why: string }
  /** It may not start now, but others may: they pass it by. */
  | { readonly kind: 'aside'; readonly why: string }
  | { readonly kind: 'denied'; readonly denial: Denial }

/** Asked with the lock in hand, so that nothing of ours changes the target between the answer and the start. */
export type Gate = (run: PipelineRun) => Promise<Answer>

const OPEN: Answer = { kind: 'open' }

function deny(reason: string, message: string): Answer {
  return { kind: 'denied', denial: { reason, message } }
}

function targetOf({ metadata: { annotations } }: PipelineRun): Target | undefined {
  const { [ANNOTATION.target]: key, [ANNOTATION.targetApiVersion]: apiVersion } = annotations ?? {}
  return key === undefined ? undefined : targetOfKey(key, apiVersion)
}

/** Of what its analysis spoke; nobody but `execute` writes that (triggers/admission.yaml). */
function asOf({ metadata: { annotations } }: PipelineRun): AsOf {
  return JSON.parse(annotations?.[ANNOTATION.asOf] ?? '{}') as AsOf
}

/** A run without a target of its own locks its playbook, which nobody needs to look at. */
function look({ kubernetes }: Services, target: Target | undefined): Promise<Look> {
  return target === undefined || target.kind === 'playbook'
    ? Promise.resolve({ kind: 'none' })
    : lookAt(kubernetes, target)
}

async function checkTarget(services: Services, run: PipelineRun, playbook: Playbook): Promise<Answer> {
  const target = targetOf(run)
  const seen = await look(services, target)
  const moved = target === undefined ? undefined : movedOn(target, seen, asOf(run))
  if (moved !== undefined) return deny(moved.reason, moved.message)
  const why = brokenPrecondition(playbook, {
    release: describeRun(run).playbook,
    parameters: valuesOf(run),
    target: target ?? { kind: 'Playbook', name: playbook.metadata.name },
    live: seen.kind === 'found' ? seen.object : undefined,
    now: services.clock.now(),
  })
  return why === undefined ? OPEN : deny('PreconditionFailed', why)
}

/** Where its analysis said nothing of its time, how long a run has waited counts as its age. */
function waited({ clock }: Services, run: PipelineRun, maxAgeMs: number): Answer {
  const since = Number(run.metadata.annotations?.[ANNOTATION.queuedAt] ?? Number.NaN)
  const queued = Number.isNaN(since) ? undefined : new Date(since).toISOString()
  const { time = queued, expirytime } = asOf(run)
  const old = agedOut({ time, expirytime }, clock.now(), maxAgeMs)
  return old === undefined ? OPEN : deny(old.reason, old.message)
}

/** Rules are over the analysis, which the run no longer carries; what no rule may allow is asked again. */
function checkPolicy({ config }: Services, run: PipelineRun, policy: Policy): Answer {
  if (policy.closed !== undefined) return { kind: 'shut', why: policy.closed }
  const { kind = '', name = '', namespace } = targetOf(run) ?? {}
  const places = namespacesIn(valuesOf(run))
  const touched = { subject: { kind, namespace }, name, places, systemNamespace: config.namespace }
  const why = whyProtected(policy, touched)
  return why === undefined ? OPEN : deny('DeniedByPolicy', why)
}

/** The gate of this moment: policy, playbook and target are read afresh for each run that asks. */
export function gateOf(services: Services): Gate {
  return async run => {
    const { policy, suspended } = await policyNow(services)
    if (suspended !== undefined) return { kind: 'shut', why: suspended }
    const ruled = checkPolicy(services, run, policy)
    if (ruled.kind !== 'open') return ruled
    const { namespace, name } = describeRun(run).playbook
    const playbook = await services.kubernetes.get<Playbook>(playbooks, { namespace, name })
    if (playbook === undefined) return deny('UnknownPlaybook', `Playbook ${namespace}/${name} was deleted.`)
    if (playbook.spec.suspended === true)
      return { kind: 'aside', why: `${namespace}/${name} is suspended by its operator.` }
    const aged = waited(services, run, policy.settings.maxAnalysisAgeMs)
    return aged.kind === 'open' ? checkTarget(services, run, playbook) : aged
  }
}
