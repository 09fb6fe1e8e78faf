// The policy in force: its ConfigMap read afresh for every decision, compiled once per version, and the last good one
// in the place of one that is broken.

import type { Kubernetes, ObjectKey } from '../kubernetes/client.ts'
import { isConflict } from '../kubernetes/errors.ts'
import { configMaps, type KubernetesObject } from '../kubernetes/resources.ts'
import type { Log } from '../runtime/log.ts'
import { parsePolicy, policyOf } from './parse.ts'
import { DEFAULTS, type Policy } from './policy.ts'
import { sayBroken } from './say-broken.ts'

export interface PolicyMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>
}

export interface PolicyInForce {
  readonly policy: Policy
  /** Why it is not the one that somebody wrote last. */
  readonly problem?: string
  /** Why no run may start now, whatever the policy allows. */
  readonly suspended?: string
}

export interface Reading {
  readonly kubernetes: Kubernetes
  /** The system's own namespace. */
  readonly namespace: string
  /** The ConfigMap's name. */
  readonly name: string
  readonly log: Log
  readonly now: number
}

const TEXT = 'policy.yaml'
const SWITCH = 'suspended'
/** Beside the policy's own name. */
const LAST_GOOD = '-last-good'

interface Compiled {
  readonly text: string | undefined
  readonly policy: Policy | undefined
  /** What is wrong with it, as a sentence; the policy is undefined then. */
  readonly problem?: string
}

/** By uid and resourceVersion: a ConfigMap under the same two is the same. */
const compiled = new Map<string, Compiled>()
const REMEMBERED = 8

const BY_DEFAULT = policyOf('default', DEFAULTS, [])

function compileText(data: Readonly<Record<string, string>>): Compiled {
  const text = data[TEXT]
  const strays = Object.keys(data).filter(key => key !== TEXT && key !== SWITCH)
  if (text === undefined && strays.length > 0)
    return { text, policy: undefined, problem: `It has no key ${TEXT}, but ${strays.join(', ')}. Rename it.` }
  if (text === undefined) return { text, policy: BY_DEFAULT }
  const parsed = parsePolicy(text)
  if (parsed.ok) return { text, policy: parsed.policy }
  const [first, ...others] = parsed.mistakes
  const more = others.length === 0 ? '' : ` And ${others.length} more.`
  const where = first === undefined ? '' : `Line ${first.line}, column ${first.column}: ${first.message}`
  return { text, policy: undefined, problem: `${where}${more}` }
}

function compile(map: PolicyMap): { readonly result: Compiled; readonly isNew: boolean } {
  const key = `${map.metadata.uid} ${map.metadata.resourceVersion}`
  const known = compiled.get(key)
  if (known !== undefined) return { result: known, isNew: false }
  const result = compileText(map.data ?? {})
  compiled.set(key, result)
  const [oldest] = compiled.keys()
  if (compiled.size > REMEMBERED && oldest !== undefined) compiled.delete(oldest)
  return { result, isNew: true }
}

/** Keeps a good policy for the day on which it is broken; that it could not be kept must not stop a remediation. */
async function keep({ kubernetes, namespace, name, log }: Reading, text: string): Promise<void> {
  const key = { namespace, name: name + LAST_GOOD }
  try {
    const before = await kubernetes.get<PolicyMap>(configMaps, key)
    if (before?.data?.[TEXT] === text) return
    if (before === undefined)
      throw new Error(`ConfigMap ${namespace}/${key.name} is missing: apply triggers/ again`)
    await kubernetes.replace<PolicyMap>(configMaps, { ...before, data: { [TEXT]: text } })
  } catch (error) {
    if (isConflict(error)) return
    log.warn({ policy: name, error: String(error) }, 'a good policy could not be kept for later')
  }
}

/** The switch as a key of its own can be thrown in one line; what is not plainly off is on. */
function switchedOff(data: Readonly<Record<string, string>>): boolean {
  const text = (data[SWITCH] ?? '').trim().toLowerCase()
  return text !== '' && text !== 'false'
}

/** Somebody who suspends in a hurry may break the rest: the line alone counts. */
const SUSPENDED_LINE = /^\s*["']?suspended["']?\s*:\s*["']?(true|yes|on|y)\b/im

function suspendedBy({ text, policy }: Compiled, data: Readonly<Record<string, string>>): boolean {
  const written = policy === undefined ? SUSPENDED_LINE.test(text ?? '') : policy.settings.suspended
  return written || switchedOff(data)
}

function closed(problem: string): Policy {
  return {
    ...BY_DEFAULT,
    version: 'none',
    closed: `${problem} No earlier policy is kept, so everything is denied.`,
  }
}

async function lastGood({ kubernetes, namespace, name }: Reading): Promise<Policy | undefined> {
  const key: ObjectKey = { namespace, name: name + LAST_GOOD }
  const kept = await kubernetes.get<PolicyMap>(configMaps, key)
  return kept?.data?.[TEXT] === undefined ? undefined : compile(kept).result.policy
}

/** The policy that decides now. Throws only where the API server cannot be asked. */
export async function readPolicy(reading: Reading): Promise<PolicyInForce> {
  const { kubernetes, namespace, name } = reading
  const map = await kubernetes.get<PolicyMap>(configMaps, { namespace, name })
  if (map === undefined) return { policy: BY_DEFAULT }
  const { result, isNew } = compile(map)
  const suspended = suspendedBy(result, map.data ?? {})
    ? { suspended: `New starts are suspended by ConfigMap ${namespace}/${name}.` }
    : {}
  if (result.policy !== undefined) {
    if (isNew && result.text !== undefined) await keep(reading, result.text)
    return { policy: result.policy, ...suspended }
  }
  const problem = `The policy in ConfigMap ${namespace}/${name} is broken. ${result.problem}`
  const good = await lastGood(reading)
  if (isNew) await sayBroken(reading, map, problem)
  if (good === undefined) return { policy: closed(problem), problem, ...suspended }
  return { policy: good, problem: `${problem} The last good one decides.`, ...suspended }
}
