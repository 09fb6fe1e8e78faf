// What Tekton's controller does for every ResolutionRequest, for clusters without it: begin, succeed, time out; the rules are pure.

import { isConflict } from '../../shared/kubernetes/errors.ts'
import { startInformer } from '../../shared/kubernetes/informer.ts'
import { type Condition, resolutionRequests } from '../../shared/kubernetes/resources.ts'
import { type ResolutionRequest, succeededCondition, TYPE_LABEL } from '../../shared/resolution/request.ts'
import type { SettingsReader } from '../../shared/resolution/settings.ts'
import { completed, withSucceeded } from '../../shared/resolution/status.ts'
import { formatDuration, LONGEST_TIMER_MS } from '../../shared/runtime/duration.ts'
import type { Services } from '../../shared/runtime/function.ts'

type Verdict = Omit<Condition, 'type' | 'lastTransitionTime'>

export interface Step {
  /** The condition to write. */
  readonly verdict?: Verdict
  /** Milliseconds after which to look again. */
  readonly again?: number
}

/** The next step with a request (https://github.com/tektoncd/pipeline/tree/main/pkg/reconciler/resolutionrequest). */
export function nextStep(request: ResolutionRequest, now: number, globalTimeout: number): Step {
  const before = succeededCondition(request)
  if (before?.status === 'True' || before?.status === 'False') return {}
  if ((request.status?.data ?? '') !== '') return { verdict: { status: 'True' } }
  const left = Date.parse(request.metadata.creationTimestamp ?? '') + globalTimeout - now
  if (left <= 0) {
    const message = `resolution took longer than global timeout of ${formatDuration(globalTimeout)}`
    return { verdict: { status: 'False', reason: 'ResolutionTimedOut', message } }
  }
  const begun: Verdict = {
    status: 'Unknown',
    reason: 'ResolutionInProgress',
    message: 'waiting for resolver',
  }
  return { ...(before === undefined ? { verdict: begun } : {}), again: Math.min(left, LONGEST_TIMER_MS) }
}

/** Writes conditions only, and only over what it has read: a resolver's data that comes meanwhile is never lost. */
async function write(
  { kubernetes, clock }: Services,
  request: ResolutionRequest,
  verdict: Verdict,
): Promise<void> {
  const conditions = withSucceeded(request, verdict, clock.now())
  const { generation = 1 } = request.metadata
  const status = { ...completed(request), conditions, observedGeneration: generation }
  await kubernetes.replace(resolutionRequests, { ...request, status }, 'status').catch(error => {
    // Somebody wrote before us: the watch brings what.
    if (!isConflict(error)) throw error
  })
}

/** Looks after the requests of all types until the process stops. */
export function startLifecycle(services: Services, reader: SettingsReader): Promise<void> {
  const { kubernetes, clock, log, stopping } = services
  const timers = new Map<string, NodeJS.Timeout>()

  async function look(request: ResolutionRequest): Promise<void> {
    const { uid = '', namespace, name } = request.metadata
    clearTimeout(timers.get(uid))
    const { verdict, again } = nextStep(request, clock.now(), await reader.globalTimeout())
    if (verdict !== undefined) await write(services, request, verdict)
    if (again === undefined || stopping.aborted) return
    const later = async (): Promise<void> => {
      const latest = await kubernetes.get<ResolutionRequest>(resolutionRequests, { namespace, name })
      if (latest !== undefined) await look(latest)
    }
    timers.set(
      uid,
      setTimeout(() => later().catch(complain), again),
    )
  }

  function complain(error: unknown): void {
    log.warn({ error: String(error) }, 'a ResolutionRequest could not be looked after')
  }

  stopping.addEventListener('abort', () => {
    for (const timer of timers.values()) clearTimeout(timer)
  })
  return startInformer<ResolutionRequest>({
    kubernetes,
    resource: resolutionRequests,
    labelSelector: TYPE_LABEL,
    signal: stopping,
    log: message => log.warn({ message }, 'the watch of ResolutionRequests begins again'),
    see({ type, object }) {
      if (type === 'changed') look(object).catch(complain)
      else clearTimeout(timers.get(object.metadata.uid ?? ''))
    },
  })
}
