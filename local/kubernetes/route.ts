// From a method and a path to a verb on a kind.

import type { Answer, Call, Cluster, Target } from './cluster.ts'
import { create } from './create.ts'
import { parseBody } from './decode.ts'
import { discover, reviewAt } from './discovery.ts'
import type { Catalog } from './kinds.ts'
import { get, list } from './list.ts'
import { modify } from './modify.ts'
import { fieldsOf } from './objects.ts'
import { openApi } from './openapi.ts'
import { remove, removeAll } from './remove.ts'
import { scale } from './scale.ts'
import { badRequest, notFound } from './status.ts'
import { methodNotAllowed, nothingServed, unsupportedVerb } from './unserved.ts'
import { replace } from './update.ts'

function targetIn(catalog: Catalog, place: { group: string; version: string }, rest: readonly string[]) {
  const kindAt = (plural: string | undefined) =>
    plural === undefined ? undefined : catalog.at(place.group, place.version, plural)
  const [scope, namespace, plural, name = '', subresource = '', more] = rest
  if (scope === 'namespaces' && namespace !== undefined && plural !== undefined) {
    const kind = kindAt(plural)
    if (kind?.namespaced && more === undefined) return { kind, namespace, name, subresource }
  }
  const kind = kindAt(scope)
  if (kind === undefined || rest.length > 3) return undefined
  if (kind.namespaced && namespace !== undefined) return undefined
  return { kind, namespace: '', name: namespace ?? '', subresource: plural ?? '' }
}

/** The kind and object that a path names, or undefined where nothing is served. */
export function targetOf(catalog: Catalog, path: string): Target | undefined {
  const parts = path.split('/').slice(1)
  if (parts.at(-1) === '') parts.pop()
  const [root, first = '', second = '', ...rest] = parts.includes('%') ? [] : parts.map(decodeURIComponent)
  const target =
    root === 'api'
      ? targetIn(catalog, { group: '', version: first }, second === '' ? [] : [second, ...rest])
      : root === 'apis' && targetIn(catalog, { group: first, version: second }, rest)
  if (!target) return undefined
  const { kind, subresource } = target
  const known = { '': true, status: kind.status, scale: kind.scale } as Readonly<Record<string, boolean>>
  if (known[subresource]) return target
  if (kind.custom) throw notFound(kind, target.name)
  return undefined
}

export function isWatch(method: string, call: Call): boolean {
  const asked = call.query.get('watch')
  return method === 'GET' && call.name === '' && (asked === 'true' || asked === '1')
}

const ON_COLLECTION: Readonly<Record<string, (cluster: Cluster, call: Call) => Answer>> = {
  GET: list,
  POST: create,
  DELETE: removeAll,
}
const ON_OBJECT: Readonly<Record<string, (cluster: Cluster, call: Call) => Answer>> = {
  GET: get,
  PUT: replace,
  PATCH: modify,
  DELETE: remove,
}

/** Runs a verb; throws ApiError for every refusal. */
export function act(cluster: Cluster, call: Call, method: string): Answer {
  if (call.subresource === 'scale') return scale(cluster, call, method)
  const verb = (call.name === '' ? ON_COLLECTION : ON_OBJECT)[method]
  if (call.subresource !== '' && method === 'DELETE') throw unsupportedVerb(call.kind, method)
  if (verb === undefined && call.kind.custom && call.name === '') throw badRequest('name must be provided')
  if (verb === undefined) throw methodNotAllowed()
  return verb(cluster, call)
}

/** Everything is allowed here, and everyone is whom they say they are. */
function review(about: { kind: string; apiVersion: string }, { text, contentType, user }: Plain): Answer {
  const { spec } = fieldsOf(parseBody(text, contentType))
  const userInfo = { username: user ?? 'system:anonymous', groups: ['system:authenticated'] }
  const isIdentity = about.kind === 'SelfSubjectReview'
  const status = isIdentity ? { userInfo } : { allowed: true, reason: 'everything is allowed here' }
  const body = { ...about, metadata: {}, ...(isIdentity ? {} : { spec }), status }
  return { status: 201, body: JSON.stringify(body) }
}

/** Groups of built-in kinds answer for what they do not serve; elsewhere there is nothing to answer. */
function isBuiltInGroup(catalog: Catalog, path: string): boolean {
  const [, root, group, version] = path.split('/')
  const place = root === 'api' ? ['', group] : [group, version]
  return catalog.all().some(kind => !kind.custom && kind.group === place[0] && kind.version === place[1])
}

interface Plain {
  readonly method: string
  readonly path: string
  readonly text: string
  readonly contentType: string
  /** Who asks, where they say so. */
  readonly user?: string
}

/** What is not about stored objects: health, discovery, OpenAPI and reviews. */
export function answerPlainly(catalog: Catalog, plain: Plain): Answer {
  const { method, path } = plain
  if (['/healthz', '/livez', '/readyz'].includes(path))
    return { status: 200, body: 'ok', contentType: 'text/plain' }
  const reviewed = reviewAt(path)
  if (reviewed !== undefined && method === 'POST') return review(reviewed, plain)
  const document = method === 'GET' ? (discover(catalog, path) ?? openApi(catalog, path)) : undefined
  if (document !== undefined) return { status: 200, body: JSON.stringify(document) }
  if (isBuiltInGroup(catalog, path)) throw nothingServed()
  return { status: 404, body: '404 page not found\n', contentType: 'text/plain; charset=utf-8' }
}
