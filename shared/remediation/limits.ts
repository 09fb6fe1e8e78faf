// How much may happen at once and in an hour: in all, in one namespace, by one playbook; pure.

import { hashOf } from '../events/identity.ts'

/** A limit that is absent does not hold. */
export interface Limit {
  /** Runs at the same time. */
  readonly atOnce?: number
  /** Starts within any hour. */
  readonly perHour?: number
}

export interface Limits {
  readonly global?: Limit
  /** Of each namespace that targets are in. */
  readonly namespace?: Limit
  /** Of each playbook. */
  readonly playbook?: Limit
}

/** What a run counts against. */
export interface Subject {
  /** `namespace/name`. */
  readonly playbook: string
  /** Where its target is; undefined for a target without a namespace. */
  readonly namespace: string | undefined
}

/** A number of Leases that runs take one each of: for as long as they run, or for an hour. */
export interface Scope {
  readonly kind: 'slot' | 'hour'
  /** `global`, `namespace/shop`, `playbook/remediation/scale`. */
  readonly name: string
  readonly hash: string
  readonly size: number
}

const HOUR_MS = 3_600_000

/** How long a start counts against its hour. */
export function lastsMs({ kind }: Pick<Scope, 'kind'>): number {
  return kind === 'hour' ? HOUR_MS : Number.POSITIVE_INFINITY
}

function scope(kind: Scope['kind'], name: string, size: number | undefined): Scope[] {
  return size === undefined ? [] : [{ kind, name, hash: hashOf(kind, name), size }]
}

/** All that a run must have a Lease of, always in this order, so that two runs never wait for each other. */
export function scopesOf({ global, namespace, playbook }: Limits, subject: Subject): Scope[] {
  const places: readonly (readonly [string, Limit | undefined])[] = [
    ['global', global],
    ...(subject.namespace === undefined ? [] : [[`namespace/${subject.namespace}`, namespace] as const]),
    [`playbook/${subject.playbook}`, playbook],
  ]
  return [
    ...places.flatMap(([name, limit]) => scope('slot', name, limit?.atOnce)),
    ...places.flatMap(([name, limit]) => scope('hour', name, limit?.perHour)),
  ]
}

export function isLimited(limits: Limits): boolean {
  return Object.values(limits).some(
    (limit: Limit) => limit.atOnce !== undefined || limit.perHour !== undefined,
  )
}

/** Why a run waits, for people. */
export function whyFull({ kind, name, size }: Scope): string {
  const where = name === 'global' ? 'in all' : `in ${name.replace('/', ' ')}`
  return kind === 'slot'
    ? `as many runs as may run at once ${where} are running: ${size}`
    : `as many runs as may start in an hour ${where} have started: ${size}`
}

const SCOPES: readonly string[] = ['global', 'namespace', 'playbook']
const MEASURES: readonly string[] = ['atOnce', 'perHour']

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function faultIn(value: unknown): string | undefined {
  if (!isObject(value)) return 'is no object'
  for (const [name, limit] of Object.entries(value)) {
    if (!SCOPES.includes(name)) return `${name} is none of ${SCOPES.join(', ')}`
    if (!isObject(limit)) return `${name} is no object`
    const [measure] = Object.keys(limit).filter(each => !MEASURES.includes(each))
    if (measure !== undefined) return `${name}.${measure} is none of ${MEASURES.join(', ')}`
    const [wrong] = Object.entries(limit).filter(
      ([, size]) => !Number.isSafeInteger(size) || Number(size) < 0,
    )
    if (wrong !== undefined) return `${name}.${wrong[0]} is no whole number from 0`
  }
  return undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads `LIMITS`; an Error says what is wrong. */
export function parseLimits(text: string | undefined): Limits {
  if (text === undefined || text === '') return {}
  const value = parsed(text)
  const fault = faultIn(value)
  const example = '{"global":{"atOnce":5,"perHour":20},"namespace":{"atOnce":2},"playbook":{"perHour":6}}'
  if (fault !== undefined)
    throw new Error(`LIMITS must be JSON such as ${example}, but ${fault}. Correct it or leave it out.`)
  return value as Limits
}
