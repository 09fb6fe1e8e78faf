// CustomResourceDefinitions: checked, marked as established, and turned into kinds that the API serves.

import type { Column, Kind } from './kinds.ts'
import { at, type Fields, fieldsOf, isFields, isText, listOf, type Resource } from './objects.ts'
import type { Schema } from './schema.ts'
import type { FieldFault } from './status.ts'
import { fault, invalidValue, required } from './validate.ts'

interface DefinitionVersion {
  readonly name: string
  readonly served: boolean
  readonly storage: boolean
  readonly schema?: { readonly openAPIV3Schema?: Schema }
  readonly subresources?: { readonly status?: unknown; readonly scale?: unknown }
  readonly additionalPrinterColumns?: readonly Column[]
  readonly selectableFields?: readonly { readonly jsonPath: string }[]
}

const AGE: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }

function versionsOf(definition: Resource): readonly DefinitionVersion[] {
  return listOf(at(definition, 'spec', 'versions')).filter(
    (version): version is DefinitionVersion & Fields => isFields(version) && isText(version.name),
  )
}

function texts(value: unknown): readonly string[] {
  return listOf(value).filter(isText)
}

function text(value: unknown): string {
  return isText(value) ? value : ''
}

/** The names that a definition leaves out, filled in from its kind. */
export function withDefaultNames(definition: Resource): Resource {
  const spec = fieldsOf(definition.spec)
  const names = fieldsOf(spec.names)
  const kind = text(names.kind)
  const filled = { singular: kind.toLowerCase(), listKind: `${kind}List`, ...names }
  return { ...definition, spec: { conversion: { strategy: 'None' }, ...spec, names: filled } }
}

/** Every fault of a definition that the system could make (…/custom-resource-definitions/#create-a-customresourcedefinition). */
export function definitionFaults(definition: Resource): readonly FieldFault[] {
  const spec = fieldsOf(definition.spec)
  const names = fieldsOf(spec.names)
  const versions = versionsOf(definition)
  const name = definition.metadata.name ?? ''
  const faults: FieldFault[] = []
  if (!spec.group) faults.push(required('spec.group'))
  if (!names.plural) faults.push(required('spec.names.plural'))
  if (!names.kind) faults.push(required('spec.names.kind'))
  if (spec.scope !== 'Namespaced' && spec.scope !== 'Cluster') {
    const supported = 'supported values: "Cluster", "Namespaced"'
    const message = `Unsupported value: ${JSON.stringify(spec.scope ?? '')}: ${supported}`
    faults.push(fault('spec.scope', 'NotSupported', message))
  }
  if (name !== `${text(names.plural)}.${text(spec.group)}`)
    faults.push(invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group'))
  if (versions.filter(version => version.storage).length !== 1)
    faults.push(
      invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version'),
    )
  for (const [index, version] of versions.entries()) {
    if (version.schema?.openAPIV3Schema === undefined)
      faults.push(required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required'))
  }
  return faults
}

/** The status of a definition whose names were accepted, which here is at once. */
export function establishedStatus(definition: Resource, now: string): Fields {
  const condition = (type: string, reason: string, message: string) => ({
    lastTransitionTime: now,
    message,
    reason,
    status: 'True',
    type,
  })
  const established = at(definition, 'status', 'conditions')
  return {
    acceptedNames: at(definition, 'spec', 'names'),
    conditions: established ?? [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    storedVersions: versionsOf(definition)
      .filter(version => version.storage)
      .map(version => version.name),
  }
}

/** The kinds, one for each served version, that a definition describes. */
export function kindsOf(definition: Resource): readonly Kind[] {
  const spec = fieldsOf(definition.spec)
  const names = fieldsOf(spec.names)
  const versions = versionsOf(definition)
  const storageVersion = versions.find(version => version.storage)?.name ?? ''
  return versions
    .filter(version => version.served)
    .map(version => ({
      group: text(spec.group),
      version: version.name,
      storageVersion,
      kind: text(names.kind),
      plural: text(names.plural),
      singular: text(names.singular),
      listKind: text(names.listKind),
      shortNames: texts(names.shortNames),
      categories: texts(names.categories),
      namespaced: spec.scope === 'Namespaced',
      custom: true,
      status: version.subresources?.status !== undefined,
      scale: version.subresources?.scale !== undefined,
      generation: true,
      columns: version.additionalPrinterColumns ?? [AGE],
      schema: version.schema?.openAPIV3Schema ?? {},
      names: 'subdomain',
      selectable: (version.selectableFields ?? []).map(field => field.jsonPath.replace(/^\./, '')),
      unconditional: false,
      createOnUpdate: false,
      returnsDeleted: false,
    }))
}
