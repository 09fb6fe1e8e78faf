// A playbook's folder: its Tekton objects, its schema and its registration.

import { basename } from 'node:path'
import { isObject } from '../../shared/analysis/document.ts'
import { SCHEMA_FILE } from '../bundle/folder.ts'
import type { LintFile } from './files.ts'
import type { Draft, Path, Severity } from './finding.ts'
import type { SourceDocument } from './source.ts'

/** A document, and the file that it is in. */
export interface Placed {
  readonly file: LintFile
  readonly document: SourceDocument
}

export interface PlacedDraft {
  readonly at: Placed
  readonly draft: Draft
}

export interface Folder {
  /** Everything of Tekton's that a bundle of the folder would hold. */
  readonly objects: readonly Placed[]
  readonly pipelines: readonly Placed[]
  readonly schema?: Placed
  readonly registration?: Placed
}

/** What a folder's files are. */
export function folderOf(placed: readonly Placed[]): Folder {
  const objects = placed.filter(({ document: { value } }) => /^tekton\.dev\//.test(String(value.apiVersion)))
  const schema = placed.find(({ file }) => basename(file.path) === SCHEMA_FILE)
  const registration = placed.find(
    ({ document: { value } }) =>
      value.kind === 'Playbook' && isObject(value.spec) && isObject(value.metadata),
  )
  return {
    objects,
    pipelines: objects.filter(({ document: { value } }) => value.kind === 'Pipeline'),
    ...(schema === undefined ? {} : { schema }),
    ...(registration === undefined ? {} : { registration }),
  }
}

/** The one that is run; undefined where that is not clear. */
export function pipelineOf({ pipelines, registration }: Folder): Placed | undefined {
  const spec = registration?.document.value.spec
  const wanted = isObject(spec) ? spec.pipeline : undefined
  if (typeof wanted !== 'string') return pipelines.length === 1 ? pipelines[0] : undefined
  return pipelines.find(
    ({ document: { value } }) => isObject(value.metadata) && value.metadata.name === wanted,
  )
}

/** Where, why, and what to do. */
export function draft(
  rule: string,
  severity: Severity,
  [path, message, fix]: readonly [Path, string, string],
): Draft {
  return { rule, severity, path, message, fix }
}
