// Holds the data of our own event types against their JSON Schemas.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { Fault } from '../runtime/fault.ts'
import type { CloudEvent } from './cloudevent.ts'
import approvalGranted from './schemas/approval.granted.v1.json' with { type: 'json' }
import approvalRefused from './schemas/approval.refused.v1.json' with { type: 'json' }
import playbookRejected from './schemas/playbook.rejected.v1.json' with { type: 'json' }
import approvalRequested from './schemas/remediation.approvalrequested.v1.json' with { type: 'json' }
import denied from './schemas/remediation.denied.v1.json' with { type: 'json' }
import rejected from './schemas/remediation.rejected.v1.json' with { type: 'json' }
import validated from './schemas/remediation.validated.v1.json' with { type: 'json' }

/** The types that a function takes from another; what the others carry is only read by people. */
const SCHEMAS = [
  validated,
  rejected,
  denied,
  approvalRequested,
  approvalGranted,
  approvalRefused,
  playbookRejected,
]

const compiled = new Map<string, ValidateFunction>()

function compile(): void {
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  addFormats.default(ajv)
  for (const schema of SCHEMAS) compiled.set(schema.title, ajv.compile(schema))
}

/** The event's data, as its type promises it; a Fault `malformed` lists all that is wrong. */
export function checkedData<T>(event: CloudEvent): T {
  if (compiled.size === 0) compile()
  const check = compiled.get(event.type)
  if (check === undefined) throw new Fault('bug', `no schema is kept for ${event.type}`)
  if (check(event.data)) return event.data as T
  const faults = (check.errors ?? []).map(error => `data${error.instancePath} ${error.message}`)
  throw new Fault(
    'malformed',
    `The data of ${event.type} does not follow its schema ${event.dataschema ?? ''}: ${faults.join('; ')}.`,
  )
}
