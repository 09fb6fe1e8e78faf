// The table's calls about a custom resource's definition and schema: pruning and defaults.

import type { KubernetesCall } from './kubernetes.perform.ts'
import { DEFINITIONS, GROUP, WIDGET_DEFINITION, WIDGETS, widget } from './kubernetes.widget.ts'

export const schemaCalls: readonly KubernetesCall[] = [
  {
    name: 'a definition is created',
    method: 'POST',
    path: DEFINITIONS,
    body: WIDGET_DEFINITION,
    status: 201,
    expect: { spec: { names: { singular: 'widget', listKind: 'WidgetList' } }, metadata: { generation: 1 } },
  },
  {
    name: 'a definition is established',
    method: 'GET',
    path: `${DEFINITIONS}/widgets.${GROUP}`,
    status: 200,
    eventually: true,
    expect: {
      status: {
        acceptedNames: { kind: 'Widget', plural: 'widgets' },
        conditions: [
          { type: 'NamesAccepted', status: 'True' },
          { type: 'Established', status: 'True' },
        ],
        storedVersions: ['v1'],
      },
    },
  },
  {
    name: 'its kind is served',
    method: 'GET',
    path: WIDGETS,
    status: 200,
    eventually: true,
    expect: { items: [] },
  },
  {
    name: 'its kind is discovered',
    method: 'GET',
    path: `/apis/${GROUP}/v1`,
    status: 200,
    eventually: true,
    expect: {
      kind: 'APIResourceList',
      groupVersion: `${GROUP}/v1`,
      resources: [
        {
          name: 'widgets',
          singularName: 'widget',
          namespaced: true,
          shortNames: ['wd'],
          categories: ['toys'],
        },
        { name: 'widgets/status', kind: 'Widget' },
      ],
    },
  },
  {
    name: 'a kind that is not said',
    method: 'POST',
    path: WIDGETS,
    body: { apiVersion: `${GROUP}/v1`, metadata: { name: 'w1' } },
    status: 400,
    expect: { reason: 'BadRequest', message: /Object 'Kind' is missing in/ },
  },
  {
    name: 'an unknown field, where the request is strict',
    method: 'POST',
    path: `${WIDGETS}?fieldValidation=Strict`,
    body: widget({ name: 'w1' }, { size: 1, unknown: 1 }),
    status: 400,
    expect: { reason: 'BadRequest', message: /strict decoding error: unknown field "spec\.unknown"$/ },
  },
  {
    name: 'unknown fields are pruned, defaults filled in, the status of a client ignored',
    method: 'POST',
    path: WIDGETS,
    body: widget(
      {
        name: 'w1',
        labels: { a: '1' },
        generation: 9,
        uid: 'mine',
        finalizers: ['conformance.kubernaut.io/hold'],
      },
      { size: 3, unknown: 1, port: 'http', free: { any: { thing: [1] } }, limits: { cpu: 2 } },
      { status: { phase: 'Mine' } },
    ),
    status: 201,
    expect: {
      spec: { size: 3, colour: 'red', port: 'http', free: { any: { thing: [1] } }, limits: { cpu: 2 } },
      metadata: {
        name: 'w1',
        namespace: '{namespace}',
        generation: 1,
        uid: /^[0-9a-f-]{36}$/,
        resourceVersion: /^\d+$/,
        creationTimestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      },
    },
    absent: ['spec.unknown', 'status'],
    keep: { first: 'metadata.resourceVersion', uid: 'metadata.uid' },
  },
]
