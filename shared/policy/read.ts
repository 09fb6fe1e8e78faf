// The policy in force: its ConfigMap read afresh for every decision, compiled once per version, and the last good one
// in the place of one that is broken.

import type { Kubernetes, ObjectKey } from '../kubernetes/client.ts'
import { isConflict } from '../kubernetes/errors.ts'
import { configMaps, type KubernetesObject } from '../kubernetes/resources.ts'
import type { Log } from '../runtime/log.ts'
import { BY_DEFAULT, type CompiledPolicy, compilePolicy, TEXT } from './compile.ts'
import type { Policy } from './policy.ts'
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

/** Beside the policy's own name. */
const LAST_GOOD = '-last-good'

/** By uid and resourceVersion: a ConfigMap under the same two is the same. */
const compiled = new Map<string, CompiledPolicy>()
const REMEMBERED = 8

function keyOf({ metadata: { uid, resourceVersion } }: KubernetesObject): string {
  return `${uid} ${resourceVersion}`
}

function remember(map: PolicyMap): CompiledPolicy {
  const result = compilePolicy(map.data ?? {})
  compiled.set(keyOf(map), result)
  const [oldest] = compiled.keys()
  if (compiled.size > REMEMBERED && oldest !== undefined) compiled.delete(oldest)
  return result
}

interface Seen {
  readonly result: CompiledPolicy
  /** By which it is remembered. */
  readonly key: string
  /** The ConfigMap itself, where this version of it was not seen before. */
  readonly fresh?: PolicyMap
}

/** Asks for the version first: a policy of hundreds of rules is read and compiled only when it has changed. */
async function see({ kubernetes }: Reading, key: ObjectKey): Promise<Seen | undefined> {
  const head = await kubernetes.getMetadata(configMaps, key)
  if (head === undefined) return undefined
  const known = compiled.get(keyOf(head))
  if (known !== undefined) return { result: known, key: keyOf(head) }
  const fresh = await kubernetes.get<PolicyMap>(configMaps, key)
  return fresh === undefined ? undefined : { result: remember(fresh), key: keyOf(fresh), fresh }
}

/** Good policies that could not be kept, and when to try again; like {@link compiled}, of few versions. */
const owed = new Map<string, number>()
const RETRY_MS = 60_000

/** Whether it is kept now. */
async function tryToKeep({ kubernetes, namespace, name, log }: Reading, text: string): Promise<boolean> {
  const key = { namespace, name: name + LAST_GOOD }
  try {
    const before = await kubernetes.get<PolicyMap>(configMaps, key)
    if (before?.data?.[TEXT] === text) return true
    if (before === undefined)
      throw new Error(`ConfigMap ${namespace}/${key.name} is missing: apply triggers/ again`)
    await kubernetes.replace<PolicyMap>(configMaps, { ...before, data: { [TEXT]: text } })
    return true
  } catch (error) {
    if (!isConflict(error))
      log.warn({ policy: name, error: String(error) }, 'a good policy could not be kept for later')
    return false
  }
}

/** Keeps a good policy for the day on which it is broken; that it could not be kept must not stop a remediation. */
async function keep(reading: Reading, { result: { text }, key, fresh }: Seen): Promise<void> {
  const isDue = fresh !== undefined || (owed.get(key) ?? Number.POSITIVE_INFINITY) <= reading.now
  if (text === undefined || !isDue) return
  // Before it is tried, so that of many events at once one tries.
  owed.clear()
  owed.set(key, reading.now + RETRY_MS)
  if (await tryToKeep(reading, text)) owed.delete(key)
}

function closed(problem: string): Policy {
  return {
    ...BY_DEFAULT,
    version: 'none',
    closed: `${problem} No earlier policy is kept, so everything is denied.`,
  }
}

async function lastGood(reading: Reading): Promise<Policy | undefined> {
  const kept = await see(reading, { namespace: reading.namespace, name: reading.name + LAST_GOOD })
  return kept?.result.text === undefined ? undefined : kept.result.policy
}

/** The policy that decides now. Throws only where the API server cannot be asked. */
export async function readPolicy(reading: Reading): Promise<PolicyInForce> {
  const { namespace, name } = reading
  const seen = await see(reading, { namespace, name })
  if (seen === undefined) return { policy: BY_DEFAULT }
  const { result, fresh } = seen
  const map = `ConfigMap ${namespace}/${name}`
  const suspended = result.isSuspended ? { suspended: `New starts are suspended by ${map}.` } : {}
  if (result.policy !== undefined) {
    await keep(reading, seen)
    return { policy: result.policy, ...suspended }
  }
  const problem = `The policy in ${map} is broken. ${result.problem}`
  const good = await lastGood(reading)
  if (fresh !== undefined) await sayBroken(reading, fresh, problem)
  if (good === undefined) return { policy: closed(problem), problem, ...suspended }
  // Whoever breaks a policy that suspends has let nothing go.
  const before = good.settings.suspended
    ? { suspended: `New starts are suspended by the last good policy, for the one in ${map} is broken.` }
    : {}
  return { policy: good, problem: `${problem} The last good one decides.`, ...before, ...suspended }
}
