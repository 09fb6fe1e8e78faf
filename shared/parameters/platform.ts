// The platform's own parameters: facts about the target, which a playbook may ask for by these names.

import { describeTarget, normaliseKind, type Target } from '../remediation/target.ts'
import { type FaultMaker, quote } from './fault.ts'

function pathOf(target: Target): string {
  const path = `${target.kind}/${target.name}`
  return target.namespace === undefined || target.namespace === '' ? path : `${target.namespace}/${path}`
}

/** What each name means; undefined where the target does not say. A cluster-scoped target has no namespace. */
const FACTS: ReadonlyMap<string, (target: Target) => string | undefined> = new Map([
  ['TARGET_RESOURCE', pathOf],
  ['TARGET_RESOURCE_NAME', target => target.name],
  ['TARGET_RESOURCE_KIND', target => target.kind],
  ['TARGET_RESOURCE_NAMESPACE', target => target.namespace],
  ['TARGET_RESOURCE_API_VERSION', target => target.apiVersion],
  ['TARGET_NAMESPACE', target => target.namespace],
])

const NAMESPACES = new Set(['TARGET_RESOURCE_NAMESPACE', 'TARGET_NAMESPACE'])

export const platformNames: readonly string[] = [...FACTS.keys()]

export function isPlatformName(name: string): boolean {
  return FACTS.has(name)
}

/** What the platform would put under this name; undefined where the target does not say, or says nothing. */
export function factOf(name: string, target: Target | undefined): string | undefined {
  const fact = target === undefined ? undefined : FACTS.get(name)?.(target)
  return fact === '' ? undefined : fact
}

/** `Deployment`, `deployments` and `deployments.apps` are one kind; everything else is compared exactly. */
function comparable(name: string, value: string): string {
  if (name === 'TARGET_RESOURCE_KIND') return normaliseKind(value)
  if (name !== 'TARGET_RESOURCE') return value
  const segments = value.split('/')
  return segments.with(-Math.min(2, segments.length), normaliseKind(segments.at(-2) ?? value)).join('/')
}

function isUnknownKind(name: string, value: string): boolean {
  const kind =
    name === 'TARGET_RESOURCE' ? value.split('/').at(-2) : name === 'TARGET_RESOURCE_KIND' ? value : ''
  return kind?.toLowerCase() === 'unknown'
}

/** Why a given fact is wrong: it names no kind, or another target than the analysis did. */
export function contradictionOf(
  name: string,
  value: string,
  target: Target | undefined,
): FaultMaker | undefined {
  if (isUnknownKind(name, value))
    return {
      rule: 'target',
      expected: 'the kind of an object that exists',
      value,
      advice: 'Find out what is to be changed and name it.',
    }
  if (target === undefined) return undefined
  const fact = factOf(name, target) ?? (NAMESPACES.has(name) ? '' : undefined)
  if (fact === undefined || comparable(name, fact) === comparable(name, value)) return undefined
  const expected = fact === '' ? 'empty, as a cluster-scoped target has no namespace' : quote(fact)
  const advice = `The target is ${describeTarget(target)}. Make the two agree.`
  return { rule: 'target', expected, value, advice }
}

/** The target that accepted parameters name, for analyses that name it nowhere else. */
export function targetOf(values: Readonly<Record<string, unknown>>): Target | undefined {
  const text = (name: string): string | undefined => {
    const value = values[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const [name, kind, ...rest] = (text('TARGET_RESOURCE') ?? '').split('/').reverse()
  const whole = { name: text('TARGET_RESOURCE_NAME') ?? name, kind: text('TARGET_RESOURCE_KIND') ?? kind }
  if (whole.name === undefined || whole.name === '' || whole.kind === undefined || rest.length > 1)
    return undefined
  const namespace = text('TARGET_RESOURCE_NAMESPACE') ?? text('TARGET_NAMESPACE') ?? rest[0]
  const apiVersion = text('TARGET_RESOURCE_API_VERSION')
  return {
    kind: whole.kind,
    name: whole.name,
    ...(namespace !== undefined && { namespace }),
    ...(apiVersion !== undefined && { apiVersion }),
  }
}

/** The namespaces that parameters name, whether or not they name a whole target. */
export function namespacesIn(values: Readonly<Record<string, unknown>>): string[] {
  const names = [...NAMESPACES].map(name => values[name])
  return names.filter(value => typeof value === 'string').filter(value => value.trim() !== '')
}
