// What the API server itself fills in and checks for single built-in kinds.

import { definitionFaults, establishedStatus, withDefaultNames } from './definitions.ts'
import { at, type Fields, fieldsOf, isText, type Resource, timestamp, withMetadata } from './objects.ts'
import { badRequest, type FieldFault } from './status.ts'
import { invalidValue } from './validate.ts'

type Fill = (object: Resource, now: Date, old: Resource | undefined) => Resource

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const fillSecret: Fill = ({ stringData, ...object }) => {
  const data = { ...fieldsOf(object.data) }
  for (const value of Object.values(data)) {
    if (!BASE64.test(String(value)))
      throw badRequest(
        'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0',
      )
  }
  for (const [name, value] of Object.entries(fieldsOf(stringData)))
    data[name] = Buffer.from(String(value)).toString('base64')
  return Object.keys(data).length === 0 ? object : { ...object, data }
}

/** A Lease's times are MicroTime: Go reads them only with exactly six digits of a second. */
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/
const LAYOUT = '2006-01-02T15:04:05.000000Z07:00'

const checkLease: Fill = object => {
  for (const field of ['acquireTime', 'renewTime']) {
    const value = at(object, 'spec', field)
    if (!isText(value) || MICRO_TIME.test(value)) continue
    const why = `parsing time "${value}" as "${LAYOUT}": cannot parse "${value}" as ".000000"`
    throw badRequest(`Lease in version "v1" cannot be handled as a Lease: ${why}`)
  }
  return object
}

const fillNamespace: Fill = (object, _now, old) => {
  const labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name ?? '' }
  const labelled = withMetadata(object, { labels })
  if (old !== undefined) return { ...labelled, spec: old.spec }
  return { ...labelled, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }
}

function withInitialStatus(status: Fields): Fill {
  return (object, _now, old) => (old === undefined ? { ...object, status } : object)
}

const fillReplicas: Fill = (object, now, old) => {
  const spec = { replicas: 1, ...fieldsOf(object.spec) }
  return withInitialStatus({})({ ...object, spec }, now, old)
}

const fillDefinition: Fill = (object, now) => {
  const named = withDefaultNames(object)
  return { ...named, status: establishedStatus(named, timestamp(now)) }
}

const FILLS: Readonly<Record<string, Fill>> = {
  Secret: fillSecret,
  Lease: checkLease,
  Namespace: fillNamespace,
  Pod: withInitialStatus({ phase: 'Pending', qosClass: 'BestEffort' }),
  PersistentVolumeClaim: withInitialStatus({ phase: 'Pending' }),
  Deployment: fillReplicas,
  StatefulSet: fillReplicas,
  ReplicaSet: fillReplicas,
  CustomResourceDefinition: fillDefinition,
}

/** Fills in a built-in object; throws 400 for what a typed decoder would not read. */
export function fillBuiltIn(object: Resource, now: Date, old: Resource | undefined): Resource {
  return FILLS[object.kind]?.(object, now, old) ?? object
}

function leaseFaults(object: Resource): readonly FieldFault[] {
  const duration = at(object, 'spec', 'leaseDurationSeconds')
  const transitions = at(object, 'spec', 'leaseTransitions')
  const faults: FieldFault[] = []
  if (typeof duration === 'number' && duration <= 0)
    faults.push(invalidValue('spec.leaseDurationSeconds', duration, 'must be greater than 0'))
  if (typeof transitions === 'number' && transitions < 0)
    faults.push(invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'))
  return faults
}

const CHECKS: Readonly<Record<string, (object: Resource) => readonly FieldFault[]>> = {
  Lease: leaseFaults,
  CustomResourceDefinition: definitionFaults,
}

export function builtInFaults(object: Resource): readonly FieldFault[] {
  return CHECKS[object.kind]?.(object) ?? []
}

const IMMUTABLE: Readonly<Record<string, string>> = {
  Secret: 'type',
  RoleBinding: 'roleRef',
  ClusterRoleBinding: 'roleRef',
}

/** A field of a built-in kind that may not change once it is set. */
export function immutableFaults(object: Resource, old: Resource): readonly FieldFault[] {
  const field = IMMUTABLE[object.kind]
  if (field === undefined || JSON.stringify(object[field]) === JSON.stringify(old[field])) return []
  const why = field === 'roleRef' ? 'cannot change roleRef' : 'field is immutable'
  return [invalidValue(field, object[field], why)]
}
