// The table's calls about collections: selectors, pages, tables and deleting by label.

import type { KubernetesCall } from './kubernetes.perform.ts'
import { DEFINITIONS, GROUP, WIDGETS, widget } from './kubernetes.widget.ts'

const OBJECTS: readonly [string, Readonly<Record<string, string>>][] = [
  ['s1', { tier: 'web', env: 'a' }],
  ['s2', { tier: 'web', env: 'b' }],
  ['s3', { tier: 'db' }],
]

function select(selector: string, names: readonly string[]): KubernetesCall {
  return {
    name: `labelSelector ${selector}`,
    method: 'GET',
    path: `${WIDGETS}?labelSelector=${encodeURIComponent(selector)}`,
    status: 200,
    expect: { kind: 'WidgetList', items: names.map(name => ({ kind: 'Widget', metadata: { name } })) },
  }
}

/** Of several that a path finds, the first. */
const cells = (size: number) => [`s${size}`, size, null, 'red', 'a', '["a","b"]']
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

export const selectionCalls: readonly KubernetesCall[] = [
  ...OBJECTS.map(
    ([name, labels], index): KubernetesCall => ({
      name: `object ${name}`,
      method: 'POST',
      path: WIDGETS,
      body: widget({ name, labels }, { size: index + 1, tags: ['a', 'b'] }),
      status: 201,
    }),
  ),
  select('tier=web', ['s1', 's2']),
  select('tier==web,env=b', ['s2']),
  select('tier!=web', ['s3']),
  select('tier in (web, db)', ['s1', 's2', 's3']),
  select('env notin (a)', ['s2', 's3']),
  select('env', ['s1', 's2']),
  select('!env', ['s3']),
  select('tier=none', []),
  {
    name: 'a selector that cannot be read',
    method: 'GET',
    path: `${WIDGETS}?labelSelector=${encodeURIComponent('a in')}`,
    status: 400,
    expect: { reason: 'BadRequest', message: /unable to parse requirement/ },
  },
  {
    name: 'a field selector by name',
    method: 'GET',
    path: `${WIDGETS}?fieldSelector=${encodeURIComponent('metadata.name=s2')}`,
    status: 200,
    expect: { items: [{ metadata: { name: 's2' } }] },
  },
  {
    name: 'a field that may not be selected',
    method: 'GET',
    path: `${WIDGETS}?fieldSelector=${encodeURIComponent('spec.size=1')}`,
    status: 400,
    expect: { message: /field label not supported: spec\.size/ },
  },
  {
    name: 'the first page',
    method: 'GET',
    path: `${WIDGETS}?limit=2`,
    status: 200,
    expect: {
      items: [{ metadata: { name: 's1' } }, { metadata: { name: 's2' } }],
      metadata: { remainingItemCount: 1, continue: /./ },
    },
    keep: { next: 'metadata.continue', moment: 'metadata.resourceVersion' },
  },
  {
    name: 'something happens meanwhile',
    method: 'POST',
    path: WIDGETS,
    body: widget({ name: 's4' }),
    status: 201,
  },
  {
    name: 'the next page is of the same moment',
    method: 'GET',
    path: `${WIDGETS}?limit=2&continue={next}`,
    status: 200,
    expect: {
      items: [{ metadata: { name: 's3' } }],
      metadata: { resourceVersion: '{moment}', continue: '' },
    },
  },
  {
    name: 'a continue that cannot be read',
    method: 'GET',
    path: `${WIDGETS}?limit=2&continue=nonsense`,
    status: 400,
    expect: { reason: 'BadRequest' },
  },
  {
    name: 'a table of one',
    method: 'GET',
    path: `${WIDGETS}/s2`,
    accept: TABLE,
    status: 200,
    expect: {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      columnDefinitions: [
        { name: 'Name', type: 'string', format: 'name', priority: 0 },
        { name: 'Size', type: 'integer' },
        { name: 'Ready', type: 'string' },
        ...[{ name: 'Colour', priority: 1 }, { name: 'Tag' }, { name: 'Tags' }],
      ],
      rows: [{ cells: cells(2), object: { kind: 'PartialObjectMetadata', metadata: { name: 's2' } } }],
    },
  },
  {
    name: 'one object without all but its metadata',
    method: 'GET',
    path: `${WIDGETS}/s2`,
    accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
    status: 200,
    expect: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 's2' } },
  },
  {
    name: 'a table of many',
    method: 'GET',
    path: `${WIDGETS}?labelSelector=tier%3Dweb`,
    accept: TABLE,
    status: 200,
    expect: { kind: 'Table', rows: [{ cells: cells(1) }, { cells: cells(2) }] },
  },
  {
    name: 'those with a label are deleted',
    method: 'DELETE',
    path: `${WIDGETS}?labelSelector=tier%3Dweb`,
    status: 200,
    expect: { items: [{ metadata: { name: 's1' } }, { metadata: { name: 's2' } }] },
  },
  {
    name: 'and the others stay',
    method: 'GET',
    path: `/apis/${GROUP}/v1/widgets`,
    status: 200,
    expect: { items: [{ metadata: { name: 's3' } }, { metadata: { name: 's4' } }] },
  },
  {
    name: 'the definition is deleted',
    method: 'DELETE',
    path: `${DEFINITIONS}/widgets.${GROUP}`,
    status: 200,
  },
  { name: 'and serves no more', method: 'GET', path: WIDGETS, status: 404, eventually: true },
]
