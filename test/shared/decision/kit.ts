// An analysis, a Playbook and its schema, decided on: what the tests of the decision share.

import type { Analysis, Candidate } from '../../../shared/analysis/analysis.ts'
import { type Decision, decide } from '../../../shared/decision/decide.ts'
import { type Circumstances, guard } from '../../../shared/decision/guard.ts'
import { compileParameters } from '../../../shared/parameters/compile.ts'
import type { PipelineParam, PlaybookSpec } from '../../../shared/playbook/playbook.ts'
import { selectPlaybook } from '../../../shared/playbook/select.ts'
import { policyOf } from '../../../shared/policy/parse.ts'
import { DEFAULTS } from '../../../shared/policy/policy.ts'
import { registered, release } from '../playbook/kit.ts'

type Runnable = Extract<Decision, { kind: 'run' }>
type Refused = Extract<Decision, { kind: 'refused' }>

const SCHEMA = {
  type: 'object',
  properties: {
    REPLICAS: { type: 'integer', minimum: 0 },
    MODE: { type: 'string', default: 'safe' },
    TARGET_RESOURCE: { type: 'string' },
    TARGET_RESOURCE_KIND: { type: 'string' },
    TARGET_RESOURCE_NAME: { type: 'string' },
    TARGET_NAMESPACE: { type: 'string' },
  },
  required: ['REPLICAS'],
  additionalProperties: false,
}

export const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api', namespace: 'shop' }

/** Nothing speaks against it: a target that is there, no policy, an event without a time. */
const CALM: Omit<Circumstances, 'analysis' | 'candidate'> = {
  inForce: { policy: policyOf('default', DEFAULTS, []) },
  look: {
    kind: 'found',
    object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'shop' } },
  },
  times: {},
  systemNamespace: 'kubernaut-system',
  now: Date.parse('2026-01-31T12:00:00Z'),
}

export interface Given {
  readonly analysis?: Partial<Analysis>
  readonly candidate?: Partial<Candidate>
  readonly spec?: Partial<PlaybookSpec>
  readonly schema?: unknown
  readonly circumstances?: Partial<Circumstances>
}

function decideOn({ analysis, candidate, spec, schema = SCHEMA, circumstances }: Given): Decision {
  const params = Object.keys(SCHEMA.properties).map(
    (name): PipelineParam => ({ name, type: 'string', hasDefault: true }),
  )
  const playbook = registered('scale-down', {
    history: [release('1.0.0', 'a', { schema, params })],
    ...(spec === undefined ? {} : { spec }),
  })
  const wanted: Candidate = {
    playbook: 'scale-down',
    otherNames: [],
    parameters: { REPLICAS: '3' },
    confidence: 0.9,
    ...candidate,
  }
  const whole: Analysis = { kind: 'decision', candidates: [wanted], approvalRequired: false, ...analysis }
  const choice = decide({
    analysis: whole,
    candidate: wanted,
    selection: selectPlaybook(wanted, [playbook]),
    parameters: each => compileParameters(each.schema),
  })
  if (choice.kind === 'refused') return choice
  return guard(choice, { ...CALM, analysis: whole, candidate: wanted, ...circumstances })
}

export function run(given: Given): Runnable {
  const decision = decideOn(given)
  if (decision.kind !== 'run') throw new Error(decision.message)
  return decision
}

export function refused(given: Given): Refused {
  const decision = decideOn(given)
  if (decision.kind !== 'refused') throw new Error(`${decision.playbook.metadata.name} would run`)
  return decision
}
