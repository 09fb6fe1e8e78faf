// Trigger filters: every dialect except CESQL, with the default Broker's rules for what blocks an event.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { lookUp } from './lookup.ts'
import type { EventFilter, Trigger } from './objects.ts'

/** Only `fail` keeps an event from a Trigger; `none` means that there was nothing to compare. */
export type FilterResult = 'pass' | 'fail' | 'none'

type Filter = (event: CloudEvent) => FilterResult

/** A Trigger's filter ready to use, or the sentence that says why the Trigger is refused. */
export type CompiledFilter =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly reason: string }

/**
 * Compiles `spec.filters`, which overrides `spec.filter` unless it is empty
 * (https://knative.dev/docs/eventing/triggers/#trigger-filtering). CESQL, two dialects in one filter and illegal
 * attribute names refuse the Trigger.
 */
export function compileFilter(spec: Trigger['spec']): CompiledFilter {
  const reason = findFault(spec.filters ?? [], 'spec.filters') ?? illegalName(spec.filter?.attributes)
  if (reason !== undefined) return { ok: false, reason }
  if (spec.filters !== undefined && spec.filters.length > 0)
    return { ok: true, filter: all(materialize(spec.filters)) }
  return { ok: true, filter: legacy(spec.filter?.attributes) }
}

function findFault(filters: readonly EventFilter[], path: string): string | undefined {
  for (const [index, filter] of filters.entries()) {
    const fault = faultOf(filter, `${path}[${index}]`)
    if (fault !== undefined) return fault
  }
  return undefined
}

function faultOf(filter: EventFilter, path: string): string | undefined {
  if (filter.cesql !== undefined && filter.cesql !== '')
    return `${path}.cesql is not supported here; write it with exact, prefix, suffix, all, any and not`
  const dialects = Object.entries(filter).filter(([, value]) => Object.keys(value ?? {}).length > 0)
  if (dialects.length > 1)
    return `${path} mixes ${dialects.map(([name]) => name).join(' and ')}; a filter has one dialect`
  return (
    illegalName({ ...filter.exact, ...filter.prefix, ...filter.suffix }) ??
    findFault(filter.all ?? [], `${path}.all`) ??
    findFault(filter.any ?? [], `${path}.any`) ??
    (filter.not === undefined ? undefined : faultOf(filter.not, `${path}.not`))
  )
}

function illegalName(attributes: Readonly<Record<string, string>> = {}): string | undefined {
  const name = Object.keys(attributes).find(key => !/^[a-z][a-z0-9]*$/.test(key))
  return name === undefined
    ? undefined
    : `"${name}" is no attribute name; it starts with a letter, then lower-case letters and digits`
}

/** A filter with an empty value or without a dialect is skipped, as the Broker does with what it cannot build. */
function materialize(filters: readonly EventFilter[]): Filter[] {
  return filters.map(build).filter(filter => filter !== undefined)
}

function build(filter: EventFilter): Filter | undefined {
  const { exact, prefix, suffix } = filter
  if (size(exact) > 0) return comparing(exact, (value, wanted) => value === wanted)
  if (size(prefix) > 0) return comparing(prefix, (value, wanted) => value.startsWith(wanted))
  if (size(suffix) > 0) return comparing(suffix, (value, wanted) => value.endsWith(wanted))
  if (size(filter.all) > 0) return all(materialize(filter.all ?? []))
  if (size(filter.any) > 0) return any(materialize(filter.any ?? []))
  return filter.not === undefined ? undefined : not(build(filter.not))
}

function size(of: object | undefined): number {
  return Object.keys(of ?? {}).length
}

function comparing(
  wanted: Readonly<Record<string, string>> = {},
  matches: (value: string, wanted: string) => boolean,
): Filter | undefined {
  const entries = Object.entries(wanted)
  if (entries.some(([, value]) => value === '')) return undefined
  return event => {
    const passes = entries.every(([name, value]) => {
      const found = lookUp(event, name)
      return found !== undefined && matches(String(found), value)
    })
    return passes ? 'pass' : 'fail'
  }
}

function all(filters: readonly Filter[]): Filter {
  return event => firstOrLast(filters, event, 'fail')
}

function any(filters: readonly Filter[]): Filter {
  return event => firstOrLast(filters, event, 'pass')
}

function firstOrLast(filters: readonly Filter[], event: CloudEvent, deciding: FilterResult): FilterResult {
  let result: FilterResult = 'none'
  for (const filter of filters) {
    result = filter(event)
    if (result === deciding) return result
  }
  return result
}

function not(filter: Filter | undefined): Filter {
  return event => {
    const result = filter?.(event) ?? 'none'
    if (result === 'none') return 'none'
    return result === 'pass' ? 'fail' : 'pass'
  }
}

/** `spec.filter.attributes`: typed equality; `""` means any value that is not empty. */
function legacy(attributes: Readonly<Record<string, string>> | undefined): Filter {
  if (attributes === undefined) return () => 'none'
  return event => {
    const passes = Object.entries(attributes).every(([name, wanted]) => {
      const value = lookUp(event, name)
      return wanted === '' ? value !== undefined && value !== '' : value === wanted
    })
    return passes ? 'pass' : 'fail'
  }
}
