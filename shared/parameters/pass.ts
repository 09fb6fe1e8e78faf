// The last step to Tekton: each value goes to the Pipeline's param of its name, and no param may stay empty.

import type { PipelineParam } from '../playbook/playbook.ts'
import type { Target } from '../remediation/target.ts'
import { missingFault, quote } from './fault.ts'
import type { ParameterFault, TektonValue } from './parameters.ts'
import { isPlatformName } from './platform.ts'
import { escapeSegment } from './schema.ts'
import type { Sorted } from './sort-names.ts'
import { toTekton } from './to-tekton.ts'

export interface ParameterProposal {
  readonly given: Readonly<Record<string, unknown>> | undefined
  readonly target?: Target | undefined
  /** What the Pipeline declares. */
  readonly declared: readonly PipelineParam[]
  readonly undeclared: 'refuse' | 'drop'
}

export function pathOf(name: string): string {
  return `/${escapeSegment(name)}`
}

function pipelineFault(name: string, message: string): ParameterFault {
  return {
    path: pathOf(name),
    rule: 'pipeline',
    expected: 'a param of the Pipeline',
    actual: quote(name),
    message,
  }
}

interface Passed {
  readonly values: Map<string, TektonValue>
  readonly faults: ParameterFault[]
}

/** Hands each value to the param of its name; a chosen value that would reach nothing is the playbook's fault. */
export function pass(
  data: ReadonlyMap<string, unknown>,
  sorted: Sorted,
  proposal: ParameterProposal,
): Passed {
  const params = new Map(proposal.declared.map(param => [param.name, param.type]))
  const passed: Passed = { values: new Map(), faults: [] }
  for (const [name, value] of data) {
    const type = params.get(name)
    const isChosen = Object.hasOwn(proposal.given ?? {}, name) && !isPlatformName(name)
    const converted = type === undefined || value === null ? undefined : toTekton(value, type)
    if (converted !== undefined) passed.values.set(name, converted)
    else if (value === null) sorted.dropped.push({ name, why: 'null is no value that Tekton can carry' })
    else if (type !== undefined)
      passed.faults.push(
        pipelineFault(
          name,
          `${name} must be an ${type} for the Pipeline, which the playbook's schema contradicts. Its author must correct it.`,
        ),
      )
    else if (isChosen && proposal.undeclared === 'refuse')
      passed.faults.push(
        pipelineFault(
          name,
          `${name} would reach nothing: the playbook's schema declares it, its Pipeline does not. Its author must correct it.`,
        ),
      )
    else sorted.dropped.push({ name, why: 'the Pipeline has no such param' })
  }
  return passed
}

/** Params of the Pipeline that would stay empty: Tekton would refuse the run. */
export function refuseMissing(
  values: ReadonlyMap<string, unknown>,
  proposal: ParameterProposal,
): ParameterFault[] {
  const open = proposal.declared.filter(param => !param.hasDefault && !values.has(param.name))
  return open.map(({ name }) => {
    const advice = isPlatformName(name)
      ? 'Name it, or name a target that has it.'
      : 'The Pipeline has no default for it. Send a value.'
    return missingFault(pathOf(name), 'a value, as the Pipeline has no default', advice)
  })
}
