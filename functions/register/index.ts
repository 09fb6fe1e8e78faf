// A Playbook was added or changed: read its bundle, check it, pin it, and say so in its status.

import { isDeepStrictEqual } from 'node:util'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { FLOWS } from '../../shared/events/contract.ts'
import { objectKeyOf } from '../../shared/events/object-key.ts'
import { isConflict, KubernetesError } from '../../shared/kubernetes/errors.ts'
import { playbooks } from '../../shared/kubernetes/resources.ts'
import { aliasLabels } from '../../shared/playbook/aliases.ts'
import { type Playbook, readyCondition } from '../../shared/playbook/playbook.ts'
import type { PlaybookFunction, Services } from '../../shared/runtime/function.ts'
import { decideRegistration, type Registration } from './decide.ts'
import { gather } from './gather.ts'
import { nextStatus } from './status.ts'
import { verdictEvent } from './verdict-event.ts'

/** Whether this generation was already judged for good; a registry that was down is not for good. */
function isSettled(playbook: Playbook): boolean {
  const ready = readyCondition(playbook)
  return (
    playbook.status?.observedGeneration === playbook.metadata.generation &&
    ready?.observedGeneration === playbook.metadata.generation &&
    (ready?.status === 'True' || ready?.status === 'False')
  )
}

/**
 * Writes labels first, then the status: a Playbook that says Ready can be found. Only what differs is written, and the
 * status whole, since a merge would leave parts of an older schema in place.
 */
async function record(
  { kubernetes, clock }: Services,
  playbook: Playbook,
  verdict: Registration,
): Promise<void> {
  const { namespace, name, labels } = playbook.metadata
  const wanted = aliasLabels(playbook)
  const differs = Object.entries(wanted).some(([label, value]) => (labels?.[label] ?? null) !== value)
  const labelled = differs
    ? await kubernetes.patch<Playbook>(playbooks, { namespace, name }, { metadata: { labels: wanted } })
    : playbook
  const status = nextStatus(playbook, verdict, new Date(clock.now()).toISOString())
  if (isDeepStrictEqual(status, playbook.status)) return
  await kubernetes.replace(playbooks, { ...labelled, status }, 'status')
}

/** False when somebody changed or deleted the Playbook meanwhile: then it is to be looked at again. */
async function isRecorded(services: Services, playbook: Playbook, verdict: Registration): Promise<boolean> {
  try {
    await record(services, playbook, verdict)
    return true
  } catch (error) {
    if (isConflict(error)) return false
    const isMissing = error instanceof KubernetesError && error.status === 404
    const { namespace, name } = playbook.metadata
    if (isMissing && (await services.kubernetes.get(playbooks, { namespace, name })) === undefined)
      return false
    throw error
  }
}

/** A Playbook edited while its bundle was read is judged again, for its event may have come meanwhile. */
async function registerOne(
  services: Services,
  key: { namespace: string; name: string },
): Promise<CloudEvent | undefined> {
  let result: CloudEvent | undefined
  for (;;) {
    const playbook = await services.kubernetes.get<Playbook>(playbooks, key)
    if (playbook === undefined || isSettled(playbook)) return result
    const verdict = decideRegistration(playbook, await gather(services, playbook))
    const now = await services.kubernetes.get<Playbook>(playbooks, key)
    if (now === undefined) return result
    if (now.metadata.generation !== playbook.metadata.generation) continue
    if (!(await isRecorded(services, now, verdict))) continue
    result = verdictEvent(playbook, verdict)
    if (verdict.kind !== 'registered') return result
  }
}

export const register: PlaybookFunction = {
  name: 'register',
  accepts: FLOWS.register.takes,
  create: services => async event => {
    const key = objectKeyOf(event)
    const result = await services.background.run(
      `register ${key.namespace}/${key.name}`,
      () => registerOne(services, key),
      async late => {
        if (late !== undefined) await services.post(late)
      },
    )
    return result === 'later' ? undefined : result
  },
}
