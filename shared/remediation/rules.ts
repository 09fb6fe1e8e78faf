// The rules by which targets are given, from the settings of a deployment.

import type { Kubernetes } from '../kubernetes/client.ts'
import type { Config } from '../runtime/config.ts'
import type { Services } from '../runtime/function.ts'
import type { LoopRule } from './futile.ts'
import { type Gate, gateOf } from './gate.ts'
import type { Limits } from './limits.ts'

export interface Rules {
  /** Where the Leases are. */
  readonly systemNamespace: string
  /** How long a target rests when the Playbook does not say. */
  readonly cooldownMs: number
  /** How many may wait for one target, and how long. */
  readonly line: { readonly length: number; readonly patienceMs: number }
  readonly loop: LoopRule
  /** How long a person may take to answer. */
  readonly approvalMs: number
  readonly limits: Limits
}

/** What every step needs that gives or takes a target, as of one moment. */
export interface Guard {
  readonly kubernetes: Kubernetes
  readonly rules: Rules
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly gate: Gate
}

export function rulesOf(config: Config): Rules {
  return {
    systemNamespace: config.namespace,
    cooldownMs: config.cooldownSeconds * 1000,
    line: { length: config.queueLength, patienceMs: config.queueSeconds * 1000 },
    loop: { runs: config.loopRuns, withinMs: config.loopSeconds * 1000 },
    approvalMs: config.approvalSeconds * 1000,
    limits: config.limits,
  }
}

export function guardOf(services: Services): Guard {
  const { kubernetes, config, clock } = services
  return { kubernetes, rules: rulesOf(config), now: clock.now(), gate: gateOf(services) }
}
