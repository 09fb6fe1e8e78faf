// The custom resource that the Kubernetes table works on, so that it disturbs nothing on a real server.

import type { KubernetesCall } from './kubernetes.perform.ts'

export const GROUP = 'conformance.kubernaut.io'
export const WIDGETS = `/apis/${GROUP}/v1/namespaces/{namespace}/widgets`
export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
export const MERGE = 'application/merge-patch+json'

const spec = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1, maximum: 9 },
    colour: { type: 'string', enum: ['red', 'green'], default: 'red' },
    code: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 4 },
    tags: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string' } },
    port: { 'x-kubernetes-int-or-string': true },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    limits: { type: 'object', additionalProperties: { type: 'integer' } },
  },
}

export const WIDGET_DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', shortNames: ['wd'], categories: ['toys'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: 'Colour', type: 'string', jsonPath: '.spec.colour', priority: 1 },
          { name: 'Tag', type: 'string', jsonPath: '.spec.tags[*]' },
          { name: 'Tags', type: 'string', jsonPath: '.spec.tags' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec,
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
}

/** A Widget as a client sends it. */
export function widget(metadata: object, fields: object = { size: 3 }, rest: object = {}) {
  return { apiVersion: `${GROUP}/v1`, kind: 'Widget', metadata, spec: fields, ...rest }
}

/** What the server answers to a Widget that breaks its schema. */
export function refused(message: string | RegExp) {
  const text = typeof message === 'string' ? `Widget.${GROUP} "w1" is invalid: ${message}` : message
  return { kind: 'Status', status: 'Failure', reason: 'Invalid', code: 422, message: text }
}

export const W1 = `${WIDGETS}/w1`
export const HOLD = 'conformance.kubernaut.io/hold'

/** A merge patch of the Widget w1, and what it answers. */
export function merge(name: string, body: unknown, expect: unknown): KubernetesCall {
  return { name, method: 'PATCH', path: W1, contentType: MERGE, body, status: 200, expect }
}
