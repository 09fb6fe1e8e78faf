// The parts of Knative's Broker and Trigger objects (eventing.knative.dev/v1) that decide how events travel.

/** Where events go: an object that has an address, a URI, or a URI relative to that object's. */
export interface Destination {
  readonly ref?: {
    readonly apiVersion: string
    readonly kind: string
    readonly name: string
    readonly namespace?: string
  }
  readonly uri?: string
}

/** `spec.delivery` (https://github.com/knative/specs/blob/main/specs/eventing/data-plane.md); durations are ISO 8601. */
export interface DeliverySpec {
  readonly deadLetterSink?: Destination
  readonly retry?: number
  readonly backoffPolicy?: 'linear' | 'exponential'
  readonly backoffDelay?: string
  readonly timeout?: string
  readonly format?: 'json' | 'binary'
}

/** One filter of `spec.filters`: exactly one dialect (CloudEvents Subscriptions API, section 3.2.4). */
export interface EventFilter {
  readonly exact?: Readonly<Record<string, string>>
  readonly prefix?: Readonly<Record<string, string>>
  readonly suffix?: Readonly<Record<string, string>>
  readonly all?: readonly EventFilter[]
  readonly any?: readonly EventFilter[]
  readonly not?: EventFilter
  readonly cesql?: string
}

interface Metadata {
  readonly name: string
  readonly namespace?: string
}

export interface Broker {
  readonly apiVersion: string
  readonly kind: 'Broker'
  readonly metadata: Metadata
  readonly spec?: { readonly delivery?: DeliverySpec }
}

export interface Trigger {
  readonly apiVersion: string
  readonly kind: 'Trigger'
  readonly metadata: Metadata
  readonly spec: {
    readonly broker?: string
    readonly brokerRef?: { readonly name: string }
    readonly filter?: { readonly attributes?: Readonly<Record<string, string>> }
    readonly filters?: readonly EventFilter[]
    readonly subscriber: Destination
    readonly delivery?: DeliverySpec
  }
}

/** The namespace of an object, `default` where none is written. */
export function namespaceOf(object: { readonly metadata: Metadata }): string {
  return object.metadata.namespace ?? 'default'
}

/** The Broker of a namespace by name. */
export function findBroker(
  objects: readonly (Broker | Trigger)[],
  namespace: string,
  name: string,
): Broker | undefined {
  return objects.find(
    (object): object is Broker =>
      object.kind === 'Broker' && object.metadata.name === name && namespaceOf(object) === namespace,
  )
}

/** The Triggers that subscribe to a Broker; they live in its namespace. */
export function triggersOf(objects: readonly (Broker | Trigger)[], broker: Broker): Trigger[] {
  return objects.filter(
    (object): object is Trigger =>
      object.kind === 'Trigger' &&
      namespaceOf(object) === namespaceOf(broker) &&
      (object.spec.broker ?? object.spec.brokerRef?.name) === broker.metadata.name,
  )
}
