// That a run which waited will never run, and why, as the run itself says it; pure.

import { ANNOTATION, endingOf, type PipelineRun, writtenOn } from './marks.ts'

export interface Denial {
  readonly reason: string
  readonly message: string
}

export interface RunDenial extends Denial {
  /** A person's user name, {@link EXPIRY}, or `guard` for the system itself. */
  readonly by: string
}

/** Stands for the person where time ran out; only `execute` may write it (triggers/admission.yaml). */
export const EXPIRY = 'expiry'

/** Stands for the system itself, which found that a run may not start any more; only `execute` may write it. */
const GUARD = 'guard'

/** What the system itself writes on a run that it denies; {@link denialOf} reads it. */
export function denialMark({ reason, message }: Denial): Readonly<Record<string, string>> {
  return { [ANNOTATION.deniedBy]: GUARD, [ANNOTATION.deniedBecause]: `${reason}: ${message}` }
}

function wordsOf(by: string, because: string | undefined, until: string): Denial {
  if (by === EXPIRY) return { reason: 'ApprovalExpired', message: `Nobody approved it until ${until}.` }
  if (by === GUARD) {
    const [reason = '', ...message] = (because ?? '').split(': ')
    return { reason, message: message.join(': ') }
  }
  const message = because === undefined ? `${by} denied it.` : `${by} denied it: ${because}`
  return { reason: 'DeniedByPerson', message }
}

/** Who denied a run that ended because of it, and why; undefined for one that ended otherwise, or ran. */
export function denialOf(run: PipelineRun): RunDenial | undefined {
  const { annotations = {} } = run.metadata
  const [by, because] = [writtenOn(run, ANNOTATION.deniedBy), writtenOn(run, ANNOTATION.deniedBecause)]
  const ran = (run.status?.childReferences ?? []).length > 0
  if (by === undefined || ran || endingOf(run)?.finish !== 'cancelled') return undefined
  return { by, ...wordsOf(by, because, annotations[ANNOTATION.expiresAt] ?? 'its time was over') }
}
