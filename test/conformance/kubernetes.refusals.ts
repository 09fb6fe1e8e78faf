// The table's calls about what a schema refuses, in the words of the API server; w1 exists, and is not reached.

import type { KubernetesCall } from './kubernetes.perform.ts'
import { refused, WIDGETS, widget } from './kubernetes.widget.ts'

function refusal(name: string, fields: object, message: string | RegExp): KubernetesCall {
  const body = widget({ name: 'w1' }, fields)
  return { name, method: 'POST', path: WIDGETS, body, status: 422, expect: refused(message) }
}

export const refusalCalls: readonly KubernetesCall[] = [
  refusal('a required field', {}, 'spec.size: Required value'),
  refusal(
    'a type',
    { size: 'big' },
    'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
  ),
  refusal(
    'a number with a fraction is no integer',
    { size: 1.5 },
    'spec.size: Invalid value: "number": spec.size in body must be of type integer: "number"',
  ),
  refusal(
    'a null',
    { size: null },
    /spec\.size: (Required value|Invalid value: "null": spec\.size in body must be of type integer: "null")/,
  ),
  refusal(
    'an enum',
    { size: 1, colour: 'blue' },
    'spec.colour: Unsupported value: "blue": supported values: "red", "green"',
  ),
  refusal(
    'a pattern',
    { size: 1, code: 'AB' },
    'spec.code: Invalid value: "AB": spec.code in body should match \'^[a-z]+$\'',
  ),
  refusal(
    'a minimum',
    { size: 0 },
    'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
  ),
  refusal(
    'a maximum',
    { size: 10 },
    'spec.size: Invalid value: 10: spec.size in body should be less than or equal to 9',
  ),
  refusal(
    'a minimal length',
    { size: 1, code: 'a' },
    'spec.code: Invalid value: "a": spec.code in body should be at least 2 chars long',
  ),
  refusal(
    'a maximal length',
    { size: 1, code: 'abcde' },
    'spec.code: Too long: may not be more than 4 bytes',
  ),
  refusal(
    'too few items',
    { size: 1, tags: [] },
    'spec.tags: Invalid value: 0: spec.tags in body should have at least 1 items',
  ),
  refusal(
    'too many items',
    { size: 1, tags: ['a', 'b', 'c'] },
    'spec.tags: Too many: 3: must have at most 2 items',
  ),
  refusal(
    'the type of an item',
    { size: 1, tags: [1] },
    'spec.tags[0]: Invalid value: "integer": spec.tags[0] in body must be of type string: "integer"',
  ),
  refusal(
    'the type of a value in a map',
    { size: 1, limits: { a: 'x' } },
    'spec.limits.a: Invalid value: "string": spec.limits.a in body must be of type integer: "string"',
  ),
  refusal('all faults at once', { colour: 'blue' }, /is invalid: \[.*spec\..*, .*spec\..*\]$/),
]
