// Object metadata: what a client may set, and which names, labels and annotations are legal.

import type { Kind } from './kinds.ts'
import { type Fields, fieldsOf, listOf, type Metadata } from './objects.ts'
import type { FieldFault } from './status.ts'
import { fault, invalidValue, required } from './validate.ts'

const KNOWN: readonly string[] = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
]
const ANNOTATIONS_MAX = 262_144

/** Metadata without unknown or empty fields, as Kubernetes writes it; managedFields and selfLink are not kept. */
export function normalMetadata(sent: Fields): Metadata {
  const kept: Record<string, unknown> = {}
  for (const name of KNOWN) {
    const value = sent[name]
    if (value === null || value === undefined || value === '') continue
    if (typeof value === 'object' && Object.keys(value).length === 0) continue
    kept[name] = value
  }
  return kept
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const VALUE = `(${QUALIFIED})?`
const ALNUM = 'alphanumeric characters'

interface Rule {
  readonly pattern: string
  readonly words: string
  readonly examples: string
  readonly max: number
}

const RULES: Readonly<Record<'subdomain' | 'label' | 'value' | 'qualified', Rule>> = {
  subdomain: {
    pattern: SUBDOMAIN,
    words: `a lowercase RFC 1123 subdomain must consist of lower case ${ALNUM}, '-' or '.', and must start and end with an alphanumeric character`,
    examples: "'example.com'",
    max: 253,
  },
  label: {
    pattern: LABEL,
    words: `a lowercase RFC 1123 label must consist of lower case ${ALNUM} or '-', and must start and end with an alphanumeric character`,
    examples: "'my-name',  or '123-abc'",
    max: 63,
  },
  value: {
    pattern: VALUE,
    words: `a valid label must be an empty string or consist of ${ALNUM}, '-', '_' or '.', and must start and end with an alphanumeric character`,
    examples: "'MyValue',  or 'my_value',  or '12345'",
    max: 63,
  },
  qualified: {
    pattern: QUALIFIED,
    words: `name part must consist of ${ALNUM}, '-', '_' or '.', and must start and end with an alphanumeric character`,
    examples: "'MyName',  or 'my.name',  or '123-abc'",
    max: 63,
  },
}
const COMPILED = new Map(Object.values(RULES).map(rule => [rule, new RegExp(`^${rule.pattern}$`)]))

/** What is wrong with a text under a rule, in the API server's words. */
function faultsOf(text: string, rule: Rule): readonly string[] {
  const faults: string[] = []
  const part = rule === RULES.qualified ? 'name part ' : ''
  if (text.length > rule.max) faults.push(`${part}must be no more than ${rule.max} characters`)
  if (!COMPILED.get(rule)?.test(text))
    faults.push(`${rule.words} (e.g. ${rule.examples}, regex used for validation is '${rule.pattern}')`)
  return faults
}

function nameFaults(kind: Kind, name: string | undefined): readonly FieldFault[] {
  const field = 'metadata.name'
  if (name === undefined) return [required(field, 'name or generateName is required')]
  if (kind.names !== 'path') {
    return faultsOf(name, RULES[kind.names]).map(message => invalidValue(field, name, message))
  }
  if (name === '.' || name === '..') return [invalidValue(field, name, `may not be '${name}'`)]
  const illegal = ['/', '%'].find(character => name.includes(character))
  return illegal === undefined ? [] : [invalidValue(field, name, `may not contain '${illegal}'`)]
}

function keyFaults(field: string, key: string): readonly FieldFault[] {
  const slash = key.indexOf('/')
  const prefix =
    slash === -1 ? [] : faultsOf(key.slice(0, slash), RULES.subdomain).map(m => `prefix part ${m}`)
  const messages = [...prefix, ...faultsOf(key.slice(slash + 1), RULES.qualified)]
  return messages.map(message => invalidValue(field, key, message))
}

function ownerFaults(owner: unknown, index: number): readonly FieldFault[] {
  const fields = fieldsOf(owner)
  const field = `metadata.ownerReferences[${index}]`
  return ['apiVersion', 'kind', 'name', 'uid']
    .filter(name => typeof fields[name] !== 'string' || fields[name] === '')
    .map(name => invalidValue(`${field}.${name}`, fields[name] ?? '', 'must not be empty'))
}

/** Every fault of an object's metadata (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/). */
export function metadataFaults(kind: Kind, metadata: Metadata): readonly FieldFault[] {
  const labels = Object.entries(metadata.labels ?? {})
  const annotations = Object.entries(metadata.annotations ?? {})
  const size = annotations.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  )
  const tooLong = `Too long: may not be more than ${ANNOTATIONS_MAX} bytes`
  return [
    ...nameFaults(kind, metadata.name),
    ...labels.flatMap(([key, value]) => [
      ...keyFaults('metadata.labels', key),
      ...faultsOf(value, RULES.value).map(message => invalidValue('metadata.labels', value, message)),
    ]),
    ...annotations.flatMap(([key]) => keyFaults('metadata.annotations', key.toLowerCase())),
    ...(size > ANNOTATIONS_MAX ? [fault('metadata.annotations', 'TooLong', tooLong)] : []),
    ...listOf(metadata.ownerReferences).flatMap(ownerFaults),
    ...listOf(metadata.finalizers).flatMap(name => keyFaults('metadata.finalizers', String(name))),
  ]
}
