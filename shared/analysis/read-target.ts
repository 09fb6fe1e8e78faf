// The object that the analysis wants changed, from an object or from `namespace/Kind/name`.

import type { Target } from '../remediation/target.ts'
import type { Observed } from './analysis.ts'
import type { Json } from './document.ts'
import { asObject, find, findAll, findText } from './fields.ts'
import { ANALYSIS, TARGET } from './spellings.ts'

const PATH = /^(?:([^/\s]+)\/)?([A-Za-z][^/\s]*)\/([^/\s]+)$/

function fromText(text: string): Target | undefined {
  const [, namespace, kind, name] = PATH.exec(text.trim()) ?? []
  if (kind === undefined || name === undefined) return undefined
  return { kind, name, ...(namespace !== undefined && { namespace }) }
}

function fromObject(object: Json): Target | undefined {
  const kind = findText([object], TARGET.kind)
  const name = findText([object], TARGET.name)
  if (kind === undefined || name === undefined) return undefined
  const apiVersion = findText([object], TARGET.apiVersion)
  const namespace = findText([object], TARGET.namespace)
  return {
    kind,
    name,
    ...(apiVersion !== undefined && { apiVersion }),
    ...(namespace !== undefined && { namespace }),
  }
}

/** Services write kind `Unknown` where they did not find out; that is no target. */
function isKnown(target: Target | undefined): target is Target {
  return target !== undefined && target.kind.toLowerCase() !== 'unknown'
}

/** What the analysis says of the state in which it saw its target; undefined where it says nothing. */
export function readObserved(layers: readonly Json[]): Observed | undefined {
  const objects = findAll(layers, ANALYSIS.target).map(asObject)
  const object = objects.find(each => each !== undefined && isKnown(fromObject(each)))
  if (object === undefined) return undefined
  const generation = Number(find([object], TARGET.generation))
  const version = find([object], TARGET.resourceVersion)
  const seen = {
    ...(Number.isSafeInteger(generation) && generation > 0 && { generation }),
    ...((typeof version === 'string' || typeof version === 'number') && { resourceVersion: String(version) }),
  }
  return Object.keys(seen).length === 0 ? undefined : seen
}

/**
 * The first readable target. The alert's own resource (`signal.targetResource`) is not one: it is often a pod or a
 * namespace, where the analysis found that something else has to change.
 */
export function readTarget(layers: readonly Json[]): Target | undefined {
  const values = findAll(layers, ANALYSIS.target)
  const targets = values.map(value => {
    const object = asObject(value)
    if (object !== undefined) return fromObject(object)
    return typeof value === 'string' ? fromText(value) : undefined
  })
  return targets.find(isKnown)
}
