// The shape of an event everywhere in the system: the CloudEvents SDK's own type, extensions as plain keys.

import type { CloudEventV1 } from 'cloudevents'

/** A CloudEvent 1.0 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md); extensions are top-level keys. */
export type CloudEvent<T = unknown> = CloudEventV1<T>
