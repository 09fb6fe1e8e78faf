// What the tests of judging share: a judge over any source of parameters, and two sources.

import { compileParameters } from '../../../shared/parameters/compile.ts'
import { judgeParameters } from '../../../shared/parameters/judge.ts'
import type {
  CompiledParameters,
  ParameterVerdict,
  RefusedParameters,
} from '../../../shared/parameters/parameters.ts'
import type { PipelineParam } from '../../../shared/playbook/playbook.ts'
import type { Target } from '../../../shared/remediation/target.ts'

export function compile(source: unknown): CompiledParameters {
  const compiled = compileParameters(source)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors))
  return compiled
}

export interface More {
  readonly target?: Target
  readonly declared?: readonly PipelineParam[]
  readonly undeclared?: 'refuse' | 'drop'
}

export function judge(
  source: unknown,
  given: Record<string, unknown> | undefined,
  more: More = {},
): ParameterVerdict {
  const compiled = compile(source)
  const declared = compiled.flat.map(
    ({ name }): PipelineParam => ({ name, type: 'string', hasDefault: true }),
  )
  return judgeParameters(compiled, { given, declared, undeclared: 'refuse', ...more })
}

export function faultsOf(verdict: ParameterVerdict): RefusedParameters['faults'] {
  return verdict.ok ? [] : verdict.faults
}

export function rulesOf(verdict: ParameterVerdict): string[] {
  return faultsOf(verdict).map(fault => `${fault.path} ${fault.rule}`)
}

export const oomkill = {
  playbook_id: 'oomkill',
  version: '1.0.0',
  parameters: [
    { name: 'REMEDIATION_ACTION', type: 'string', required: true, enum: ['scale_down', 'increase_memory'] },
    {
      name: 'SCALE_TARGET_REPLICAS',
      type: 'integer',
      minimum: 0,
      maximum: 100,
      default: 1,
      depends_on: { REMEDIATION_ACTION: ['scale_down'] },
    },
    {
      name: 'MEMORY_LIMIT_NEW',
      type: 'string',
      required: true,
      pattern: '^[0-9]+(Mi|Gi)$',
      depends_on: { REMEDIATION_ACTION: ['increase_memory'] },
    },
    { name: 'DRY_RUN', type: 'boolean' },
  ],
}
export const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api', namespace: 'shop' }
export const facts = {
  parameters: ['TARGET_RESOURCE', 'TARGET_RESOURCE_NAME', 'TARGET_RESOURCE_KIND', 'TARGET_NAMESPACE'].map(
    name => ({ name }),
  ),
}
