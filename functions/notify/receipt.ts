// Writes the receipt of an ended run onto the run; twice is once, for it follows from the run alone.

import { faultOf, KubernetesError } from '../../shared/kubernetes/errors.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { receiptOf } from '../../shared/receipt/statement.ts'
import { ANNOTATION, type PipelineRun } from '../../shared/remediation/marks.ts'
import type { Services } from '../../shared/runtime/function.ts'

/**
 * Answers the receipt, or undefined while the run has not ended. A cluster that refuses the annotation for good must not
 * keep people from hearing how the run ended: that is logged, and the event carries the receipt all the same.
 */
export async function recordReceipt(
  { kubernetes, log }: Services,
  run: PipelineRun,
): Promise<Receipt | undefined> {
  const receipt = receiptOf(run)
  const text = JSON.stringify(receipt)
  if (receipt === undefined || run.metadata.annotations?.[ANNOTATION.receipt] === text) return receipt
  const { namespace, name } = run.metadata
  const patch = { metadata: { annotations: { [ANNOTATION.receipt]: text } } }
  try {
    await kubernetes.patch(pipelineRuns, { namespace, name }, patch)
  } catch (error) {
    if (!(error instanceof KubernetesError) || faultOf(error).kind !== 'impossible') throw error
    log.error({ run: name, error: error.message }, 'the receipt could not be written')
  }
  return receipt
}
