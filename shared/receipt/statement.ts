// The receipt of a remediation follows from the ended run alone, so that whoever makes it, and however often, it has
// the same bytes.

import type { Pipeline } from '../playbook/pipeline.ts'
import { denialOf, EXPIRY } from '../remediation/denial.ts'
import { causeOf, describeRun, valuesOf } from '../remediation/describe.ts'
import { ANNOTATION, endingOf, type PipelineRun, type PolicyMark, writtenOn } from '../remediation/marks.ts'
import { canonicalDigest, digestSetOf } from './canonical.ts'
import type { GivenMark } from './given.ts'
import { PREDICATE, type Receipt, type ShownParameters, STATEMENT } from './receipt.ts'
import { type Shown, show, showText } from './shown.ts'

/** Of the whole receipt, as it stands in an annotation. */
const MOST_BYTES = 32_768

type Predicate = Receipt['predicate']

function annotationOf<T>(run: PipelineRun, name: string): T | undefined {
  const text = run.metadata.annotations?.[name]
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T)
  } catch {
    // Written by somebody else; the receipt says what can be said.
    return undefined
  }
}

/** Those that were given and those that the run got; only their digests where the values are too many. */
export function parametersOf(run: PipelineRun, isWhole: boolean): Predicate['parameters'] {
  const mark = annotationOf<GivenMark>(run, ANNOTATION.given)
  const got = valuesOf(run)
  const isSecret = (name: string): boolean => mark?.secret?.includes(name) ?? false
  const after = Object.entries(got).map(([name, value]) => [name, show(value, isSecret(name))] as const)
  const merged: [string, Shown | null][] = Object.entries({ ...Object.fromEntries(after), ...mark?.differs })
  const before = merged.filter((entry): entry is [string, Shown] => entry[1] !== null).sort(byName)
  const values = (entries: readonly (readonly [string, Shown])[]): Pick<ShownParameters, 'values'> =>
    isWhole ? { values: Object.fromEntries(entries) } : {}
  return {
    before: {
      ...(mark === undefined ? {} : { digest: digestSetOf(mark.digest) }),
      ...(mark?.differs === undefined ? {} : values(before)),
    },
    after: { digest: digestSetOf(canonicalDigest(got)), ...values(after.toSorted(byName)) },
  }
}

function byName([one]: readonly [string, Shown], [other]: readonly [string, Shown]): number {
  return one < other ? -1 : 1
}

function approvalOf(run: PipelineRun): Pick<Predicate, 'approval'> {
  const [approvedBy, deniedBy] = [writtenOn(run, ANNOTATION.approvedBy), writtenOn(run, ANNOTATION.deniedBy)]
  const because = writtenOn(run, ANNOTATION.deniedBecause)
  if (approvedBy === undefined && deniedBy === undefined) return {}
  return {
    approval: {
      ...(approvedBy === undefined ? {} : { approvedBy: showText(approvedBy) }),
      ...(deniedBy === undefined ? {} : { deniedBy: showText(deniedBy) }),
      ...(because === undefined ? {} : { because: showText(because) }),
    },
  }
}

function outcomeOf(run: PipelineRun): Predicate['outcome'] | undefined {
  const ending = endingOf(run)
  if (ending === undefined) return undefined
  const denial = denialOf(run)
  const { startTime, completionTime } = run.status ?? {}
  return {
    finish: denial === undefined ? ending.finish : denial.by === EXPIRY ? 'expired' : 'denied',
    reason: ending.reason,
    ...(startTime === undefined ? {} : { startedAt: startTime }),
    ...(completionTime === undefined ? {} : { endedAt: completionTime }),
  }
}

/** The image of a run that carries its Pipeline itself, by its own digest. */
function imagesOf({ spec: { pipelineSpec } }: PipelineRun): Receipt['subject'] {
  const { tasks = [] } = (pipelineSpec ?? {}) as Partial<Pipeline['spec']>
  const images = tasks.flatMap(({ taskSpec }) => (taskSpec?.steps ?? []).map(({ image = '' }) => image))
  return images.flatMap(image => {
    const [name = '', digest] = image.split('@')
    return digest === undefined ? [] : [{ name, digest: digestSetOf(digest) }]
  })
}

/**
 * Kubernetes gives an object a uid, not a digest: the subject's is that of the uid together with what ran, which
 * Tekton never lets change once a run exists.
 */
function subjectsOf(run: PipelineRun): Receipt['subject'] {
  const { run: key, playbook } = describeRun(run)
  const { pipelineRef, pipelineSpec, params } = run.spec
  const what = pipelineRef === undefined ? { pipelineSpec } : { pipelineRef }
  return [
    {
      name: `pipelineruns/${key.namespace}/${key.name}`,
      digest: digestSetOf(canonicalDigest({ ...key, ...what, params })),
    },
    {
      name: (refParam(run, 'bundle') ?? playbook.name).replace(/@.*/, ''),
      digest: digestSetOf(playbook.digest),
    },
    ...imagesOf(run),
  ]
}

function refParam({ spec }: PipelineRun, name: string): string | undefined {
  return spec.pipelineRef?.params.find(each => each.name === name)?.value
}

function pipelineOf(run: PipelineRun): { pipeline?: string } {
  const name = refParam(run, 'name')
  return name === undefined ? {} : { pipeline: name }
}

function policyOf(run: PipelineRun): Pick<Predicate, 'policy'> {
  const mark = annotationOf<PolicyMark>(run, ANNOTATION.policy)
  if (mark === undefined) return {}
  const { reason, ...policy } = mark
  return { policy: { ...policy, ...(reason === undefined ? {} : { reason: showText(reason) }) } }
}

function predicateOf(run: PipelineRun, outcome: Predicate['outcome'], isWhole: boolean): Predicate {
  const { annotations = {} } = run.metadata
  const { run: key, playbook, target } = describeRun(run)
  const { [ANNOTATION.analysisDigest]: digest, [ANNOTATION.schemaDigest]: schema = '' } = annotations
  const serviceAccountName = run.spec.taskRunTemplate?.serviceAccountName
  return {
    analysis: { ...causeOf(run), ...(digest === undefined ? {} : { digest: digestSetOf(digest) }) },
    playbook: {
      ...playbook,
      ...pipelineOf(run),
      digest: digestSetOf(playbook.digest),
      schema: digestSetOf(schema),
    },
    target,
    parameters: parametersOf(run, isWhole),
    ...policyOf(run),
    ...approvalOf(run),
    run: { ...key, uid: key.uid ?? '', ...(serviceAccountName === undefined ? {} : { serviceAccountName }) },
    outcome,
  }
}

function receiptWith(run: PipelineRun, isWhole: boolean): Receipt | undefined {
  const outcome = outcomeOf(run)
  if (outcome === undefined) return undefined
  return {
    _type: STATEMENT,
    subject: subjectsOf(run),
    predicateType: PREDICATE,
    predicate: predicateOf(run, outcome, isWhole),
  }
}

/** The receipt of a run that has ended, at most 32 KiB as JSON; undefined while it has not. */
export function receiptOf(run: PipelineRun): Receipt | undefined {
  const receipt = receiptWith(run, true)
  const isLarge = Buffer.byteLength(JSON.stringify(receipt) ?? '') > MOST_BYTES
  return isLarge ? receiptWith(run, false) : receipt
}
