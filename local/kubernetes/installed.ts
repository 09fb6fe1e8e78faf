// The definitions of Tekton and Knative that a cluster of ours always has, without their schemas.

import type { Column } from './kinds.ts'
import type { Resource } from './objects.ts'

function column(name: string, jsonPath: string, type = 'string'): Column {
  return { name, type, jsonPath }
}

function condition(type: string, field: string): string {
  return `.status.conditions[?(@.type=="${type}")].${field}`
}

const AGE = column('Age', '.metadata.creationTimestamp', 'date')
const READY = [column('Ready', condition('Ready', 'status')), column('Reason', condition('Ready', 'reason'))]
const SUCCEEDED = [
  column('Succeeded', condition('Succeeded', 'status')),
  column('Reason', condition('Succeeded', 'reason')),
]
const RUN = [
  ...SUCCEEDED,
  column('StartTime', '.status.startTime', 'date'),
  column('CompletionTime', '.status.completionTime', 'date'),
]
const OWNER = [
  column('OwnerKind', '.metadata.ownerReferences[0].kind'),
  column('Owner', '.metadata.ownerReferences[0].name'),
]
const PERIOD = [
  column('StartTime', '.metadata.creationTimestamp'),
  column('EndTime', condition('Succeeded', 'lastTransitionTime')),
]
const SINK = column('Sink', '.status.sinkUri')

interface Installed {
  readonly apiVersion: string
  readonly kind: string
  readonly shortNames?: readonly string[]
  readonly categories: readonly string[]
  readonly columns?: readonly Column[]
}

const TEKTON = ['tekton', 'tekton-pipelines']
const EVENTING = ['all', 'knative', 'eventing']
const SOURCES = ['all', 'knative', 'sources']
const SOURCES_V1 = 'sources.knative.dev/v1'

const KINDS: readonly Installed[] = [
  { apiVersion: 'tekton.dev/v1', kind: 'Pipeline', categories: TEKTON },
  { apiVersion: 'tekton.dev/v1', kind: 'Task', categories: TEKTON },
  {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    categories: TEKTON,
    shortNames: ['pr', 'prs'],
    columns: RUN,
  },
  {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    categories: TEKTON,
    shortNames: ['tr', 'trs'],
    columns: RUN,
  },
  {
    apiVersion: 'resolution.tekton.dev/v1beta1',
    kind: 'ResolutionRequest',
    categories: TEKTON,
    columns: [...OWNER, ...SUCCEEDED, ...PERIOD],
  },
  {
    apiVersion: 'eventing.knative.dev/v1',
    kind: 'Broker',
    categories: EVENTING,
    columns: [column('URL', '.status.address.url'), AGE, ...READY],
  },
  {
    apiVersion: 'eventing.knative.dev/v1',
    kind: 'Trigger',
    categories: EVENTING,
    columns: [
      column('Broker', '.spec.broker'),
      column('Subscriber_URI', '.status.subscriberUri'),
      AGE,
      ...READY,
    ],
  },
  { apiVersion: SOURCES_V1, kind: 'ApiServerSource', categories: SOURCES, columns: [SINK, AGE, ...READY] },
  {
    apiVersion: SOURCES_V1,
    kind: 'PingSource',
    categories: SOURCES,
    columns: [SINK, column('Schedule', '.spec.schedule'), AGE, ...READY],
  },
]

function definition({ apiVersion, kind, shortNames = [], categories, columns }: Installed): Resource {
  const [group, version] = apiVersion.split('/')
  const plural = `${kind.toLowerCase()}s`
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const names = { kind, plural, shortNames, categories }
  const served = {
    name: version,
    served: true,
    storage: true,
    schema: { openAPIV3Schema: schema },
    subresources: { status: {} },
    ...(columns === undefined ? {} : { additionalPrinterColumns: columns }),
  }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope: 'Namespaced', names, versions: [served] },
  }
}

/** tektoncd/pipeline config/300-crds, knative/eventing config/core/resources. */
export const INSTALLED: readonly Resource[] = KINDS.map(definition)
