// The event that says how a registration went.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { news } from '../../shared/events/reply.ts'
import type { PlaybookRegistered, PlaybookRejected } from '../../shared/events/types.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import type { Registration } from './decide.ts'

/** `playbook.registered` or `.rejected`; nothing while it is postponed, which is neither. */
export function verdictEvent(playbook: Playbook, verdict: Registration): CloudEvent | undefined {
  const { namespace = 'default', name, uid = '', generation = 0 } = playbook.metadata
  const about = { from: 'register', subject: `${namespace}/${name}`, uid, phase: generation }
  switch (verdict.kind) {
    case 'registered': {
      const { version, digest, pipeline, schemaDigest } = verdict.release
      const data: PlaybookRegistered = {
        playbook: { namespace, name, version, digest },
        pipeline,
        schemaDigest,
        findings: verdict.findings,
      }
      return news({ ...about, type: TYPE.playbookRegistered }, data)
    }
    case 'rejected': {
      const { reason, message, findings } = verdict
      const data: PlaybookRejected = { playbook: { namespace, name }, reason, message, findings }
      // What may pass may be rejected again for another reason, which is other news.
      return news({ ...about, type: TYPE.playbookRejected, phase: `${generation} ${reason}` }, data)
    }
    default:
      return undefined
  }
}
