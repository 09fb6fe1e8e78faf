// The parts of Knative's source objects (sources.knative.dev/v1) that decide what they send.

interface Metadata {
  readonly name: string
  readonly namespace?: string
}

/** A Kubernetes label selector. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
    readonly values?: readonly string[]
  }[]
}

interface CloudEventOverrides {
  readonly extensions?: Readonly<Record<string, string>>
}

/** One kind of object that an ApiServerSource watches. */
export interface WatchedResource {
  readonly apiVersion: string
  readonly kind: string
  readonly selector?: LabelSelector
}

/** https://knative.dev/docs/eventing/sources/apiserversource/reference/ */
export interface ApiServerSource {
  readonly metadata: Metadata
  readonly spec: {
    readonly mode?: 'Reference' | 'Resource'
    readonly resources: readonly WatchedResource[]
    readonly namespaceSelector?: LabelSelector
    readonly owner?: { readonly apiVersion?: string; readonly kind?: string }
    readonly ceOverrides?: CloudEventOverrides
  }
}

/** https://knative.dev/docs/eventing/sources/ping-source/reference/ */
export interface PingSource {
  readonly metadata: Metadata
  readonly spec: {
    readonly schedule?: string
    readonly timezone?: string
    readonly contentType?: string
    readonly data?: string
    readonly dataBase64?: string
    readonly ceOverrides?: CloudEventOverrides
  }
}

/** The text form of a selector, as a query's `labelSelector` has it. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`
  })
  return [...labels, ...expressions].join(',')
}

/** A selector that is there and empty selects everything. */
export function selectsEverything(selector: LabelSelector): boolean {
  return selectorText(selector) === ''
}
