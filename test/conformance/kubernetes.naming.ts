// The table's calls about names, namespaces and labels.

import type { KubernetesCall } from './kubernetes.perform.ts'
import { GROUP, WIDGETS, widget } from './kubernetes.widget.ts'

export const namingCalls: readonly KubernetesCall[] = [
  {
    name: 'a name is taken once',
    method: 'POST',
    path: WIDGETS,
    body: widget({ name: 'w1' }),
    status: 409,
    expect: {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      message: `widgets.${GROUP} "w1" already exists`,
      reason: 'AlreadyExists',
      details: { name: 'w1', group: GROUP, kind: 'widgets' },
      code: 409,
    },
  },
  {
    name: 'a name is generated',
    method: 'POST',
    path: WIDGETS,
    body: widget({ generateName: 'gen-' }),
    status: 201,
    expect: { metadata: { generateName: 'gen-', name: /^gen-[a-z0-9]{5}$/ } },
    keep: { generated: 'metadata.name' },
  },
  {
    name: 'a dry run answers as if',
    method: 'POST',
    path: `${WIDGETS}?dryRun=All`,
    body: widget({ name: 'dry' }),
    status: 201,
  },
  { name: 'and stores nothing', method: 'GET', path: `${WIDGETS}/dry`, status: 404 },
  {
    name: 'an object needs a name',
    method: 'POST',
    path: WIDGETS,
    body: widget({}),
    status: 422,
    expect: { message: /metadata\.name: Required value: name or generateName is required/ },
  },
  {
    name: 'a name is a DNS subdomain',
    method: 'POST',
    path: WIDGETS,
    body: widget({ name: 'Not_Legal' }),
    status: 422,
    expect: {
      message: /metadata\.name: Invalid value: "Not_Legal": a lowercase RFC 1123 subdomain must consist of/,
    },
  },
  {
    name: 'a label has 63 characters at most, of few kinds',
    method: 'POST',
    path: WIDGETS,
    body: widget({ name: 'labels', labels: { a: '1.0.0+build' } }),
    status: 422,
    expect: {
      message:
        /metadata\.labels: Invalid value: "1\.0\.0\+build": a valid label must be an empty string or consist of/,
    },
  },
  {
    name: 'the namespace of the body must be that of the path',
    method: 'POST',
    path: WIDGETS,
    body: widget({ name: 'elsewhere', namespace: 'elsewhere' }),
    status: 400,
    expect: {
      message: 'the namespace of the provided object does not match the namespace sent on the request',
    },
  },
  {
    name: 'an object that does not exist',
    method: 'GET',
    path: `${WIDGETS}/none`,
    status: 404,
    expect: {
      message: `widgets.${GROUP} "none" not found`,
      reason: 'NotFound',
      details: { name: 'none', group: GROUP, kind: 'widgets' },
      code: 404,
    },
  },
]
