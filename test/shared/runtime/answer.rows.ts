// The table of what a deployment answers to each kind of request: event, path, breakdown.

import { reply } from '../../../shared/events/reply.ts'
import { KubernetesError } from '../../../shared/kubernetes/errors.ts'
import { Fault } from '../../../shared/runtime/fault.ts'
import { type Ask, eventHeaders, functionNamed } from './kit.ts'

export const JSON_TYPE = { 'content-type': 'application/json' }
const STRUCTURED = { 'content-type': 'application/cloudevents+json' }

const THROWN: Record<string, unknown> = {
  malformed: new Fault('malformed', 'the data lacks a name'),
  impossible: new Fault('impossible', 'the namespace is not there'),
  unavailable: new Fault('unavailable', 'the registry is down'),
  bug: new Fault('bug', 'no schema is kept'),
  error: new TypeError('x is not a function'),
  text: 'just a text',
  'k8s-missing': new KubernetesError(404, 'NotFound', 'namespaces "a" not found'),
  'k8s-webhook': new KubernetesError(400, 'BadRequest', 'admission webhook denied the request'),
  'k8s-forbidden': new KubernetesError(403, 'Forbidden', 'cannot create resource'),
  'k8s-quota': new KubernetesError(403, 'Forbidden', 'exceeded quota: pods'),
  'k8s-invalid': new KubernetesError(422, 'Invalid', 'spec.params is wrong'),
  'k8s-conflict': new KubernetesError(409, 'Conflict', 'the object has been modified'),
  'k8s-busy': new KubernetesError(429, 'TooManyRequests', 'slow down'),
  'k8s-down': new KubernetesError(500, 'InternalError', 'etcd has no leader'),
}

export const echo = functionNamed('echo', ['example.asked', 'example.shared'], async cause =>
  reply(
    { from: 'echo', cause, type: 'io.kubernaut.example.v1', subject: 'rem-1' },
    { heard: cause.data ?? null },
  ),
)
export const deployment = [
  echo,
  functionNamed('other', ['example.shared', 'example.objects.'], async () => undefined),
  functionNamed('fails', ['example.fails'], async event => {
    throw THROWN[event.subject ?? '']
  }),
  functionNamed('deadletter', ['*'], async () => undefined),
]

const fails = (subject: string): Ask => ({
  headers: eventHeaders({ 'ce-type': 'example.fails', 'ce-subject': subject }),
})
export const ofType = (type: string, path = '/'): Ask => ({
  path,
  headers: eventHeaders({ 'ce-type': type }),
})
const structured = (event: object): Ask => ({ headers: STRUCTURED, body: JSON.stringify(event) })
const WHOLE = { specversion: '1.0', id: '1', source: '/tests', type: 'example.asked' }

export const ROWS: readonly (readonly [name: string, ask: Ask, status: number, text: RegExp])[] = [
  // what is no event
  [
    'no ce-id: it is named, not invented',
    { headers: eventHeaders({ 'ce-id': null }) },
    400,
    /attribute "id"/,
  ],
  ['no ce-source', { headers: eventHeaders({ 'ce-source': null }) }, 400, /attribute "source"/],
  ['no ce-type', { headers: eventHeaders({ 'ce-type': null }) }, 400, /attribute "type"/],
  [
    'no ce-specversion',
    { headers: eventHeaders({ 'ce-specversion': null }) },
    400,
    /attribute "specversion"/,
  ],
  ['another specversion', { headers: eventHeaders({ 'ce-specversion': '2.0' }) }, 400, /specversion.*1\.0/],
  ['a time that is none', { headers: eventHeaders({ 'ce-time': 'noon' }) }, 400, /attribute "time"/],
  ['{} without ce- headers', { headers: JSON_TYPE, body: '{}' }, 400, /specversion/],
  ['nothing at all', { headers: {} }, 400, /specversion/],
  ['broken JSON', { headers: eventHeaders(JSON_TYPE), body: '{' }, 400, /datacontenttype.*not JSON/],
  ['structured, without an id', structured({ ...WHOLE, id: undefined }), 400, /attribute "id"/],
  ['structured, not JSON', { headers: STRUCTURED, body: 'x' }, 400, /not a JSON event/],
  [
    'a batch',
    { headers: { 'content-type': 'application/cloudevents-batch+json' }, body: '[]' },
    400,
    /batch/,
  ],
  // who takes it
  ['binary, without data', { headers: eventHeaders() }, 200, /^\{"heard":null\}$/],
  [
    'an empty body with a JSON type is no data',
    { headers: eventHeaders(JSON_TYPE) },
    200,
    /^\{"heard":null\}$/,
  ],
  ['JSON data', { headers: eventHeaders(JSON_TYPE), body: '{"a":1}' }, 200, /^\{"heard":\{"a":1\}\}$/],
  [
    '+json data',
    { headers: eventHeaders({ 'content-type': 'application/vnd.x+json' }), body: '[1]' },
    200,
    /^\{"heard":\[1\]\}$/,
  ],
  ['structured mode', structured({ ...WHOLE, data: { a: 1 } }), 200, /^\{"heard":\{"a":1\}\}$/],
  ['no reply', ofType('example.objects.added'), 204, /^$/],
  ['an unknown type names what is served', ofType('example.unknown'), 400, /echo, other, fails, deadletter/],
  ['a type that begins like another', ofType('example.asked.twice'), 400, /example\.asked\.twice/],
  ['several functions take it', ofType('example.shared'), 400, /\/echo or \/other/],
  ['several take it, the path names one', ofType('example.shared', '/other'), 204, /^$/],
  ['the path names the other', ofType('example.shared', '/echo'), 200, /heard/],
  ['a path with a slash and a query', ofType('example.shared', '/echo/?x=1'), 200, /heard/],
  ['a path to one that does not take it', ofType('example.asked', '/other'), 400, /\/other.*example\.asked/],
  ['a path to nobody', ofType('example.asked', '/nobody'), 400, /\/nobody/],
  ['deadletter takes anything, by its path', ofType('example.unknown', '/deadletter'), 204, /^$/],
  // what goes wrong: the retry table
  ['Fault malformed', fails('malformed'), 400, /^the data lacks a name$/],
  ['Fault impossible', fails('impossible'), 422, /^the namespace is not there$/],
  ['Fault unavailable', fails('unavailable'), 503, /^the registry is down$/],
  ['Fault bug', fails('bug'), 500, /^no schema is kept$/],
  ['any other error', fails('error'), 500, /^x is not a function$/],
  ['a text that was thrown', fails('text'), 500, /^just a text$/],
  ['Kubernetes 404', fails('k8s-missing'), 422, /404 NotFound/],
  ['Kubernetes 400', fails('k8s-webhook'), 422, /400 BadRequest/],
  ['Kubernetes 403', fails('k8s-forbidden'), 422, /403 Forbidden/],
  ['Kubernetes 403, exceeded quota', fails('k8s-quota'), 503, /exceeded quota/],
  ['Kubernetes 422', fails('k8s-invalid'), 422, /422 Invalid/],
  ['Kubernetes 409', fails('k8s-conflict'), 503, /409 Conflict/],
  ['Kubernetes 429', fails('k8s-busy'), 503, /429 TooManyRequests/],
  ['Kubernetes 500', fails('k8s-down'), 503, /500 InternalError/],
]
