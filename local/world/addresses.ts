// Where the manifests' destinations are in the local world: every Service of a function is the one server that has them all.

import { allFunctions } from '../../functions/all.ts'
import type { Destination } from '../broker/objects.ts'
import type { ApiServerSource } from '../sources/objects.ts'

/** A source as it is written: with the place it sends to. */
export interface Sourced extends ApiServerSource {
  readonly spec: ApiServerSource['spec'] & { readonly sink: { readonly ref: { kind: string }; uri?: string } }
}

/** A Service of a function is the one server that has them all; the path tells them apart. */
export function subscriberUrl({ ref, uri = '' }: Destination, functions: string): string | undefined {
  const known = allFunctions.some(each => each.name === ref?.name)
  return ref?.kind === 'Service' && known ? functions + uri : undefined
}

/** A source sends to the Broker, or straight to a Service of a function. */
export function sinkOf({ spec }: Sourced, functions: string, broker: string): string {
  const { ref, uri = '' } = spec.sink
  return ref.kind === 'Service' ? functions + uri : broker
}
