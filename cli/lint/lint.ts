// Lint as a whole: every rule over every file, and where in it each finding stands.

import { basename, dirname } from 'node:path'
import { isObject, type Json } from '../../shared/analysis/document.ts'
import { SCHEMA_FILE } from '../bundle/folder.ts'
import type { LintFile } from './files.ts'
import type { Draft, Finding } from './finding.ts'
import { folderOf, type Placed, type PlacedDraft } from './folder.ts'
import { isTekton, lintObject } from './object.ts'
import { lintPlaybook, lintTimeouts } from './playbook.ts'
import type { Mistake, ReadDocument, SourceDocument } from './source.ts'

export interface Skipped {
  readonly file: string
  readonly why: string
}

export interface Linted {
  readonly findings: readonly Finding[]
  readonly files: number
  readonly objects: number
  /** Files that seem to be Tekton's and cannot be read as they are. */
  readonly skipped: readonly Skipped[]
}

const OF_TEKTON = /^["']?apiVersion["']?:\s*["']?tekton\.dev\//m
/** What Helm and others fill in before Kubernetes reads it. */
const TEMPLATE = /\{\{|<%|^\s*#@/m

function isMistake(document: ReadDocument): document is Mistake {
  return 'message' in document
}

function nameOf({ kind, metadata }: Json): { object?: string } {
  const name = isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : undefined
  return typeof kind === 'string' && name !== undefined ? { object: `${kind} ${name}` } : {}
}

function place({ file, document }: Placed, { path, onKey, text, ...said }: Draft): Finding {
  return { file: file.path, ...document.locate({ path, onKey, text }), ...said, ...nameOf(document.value) }
}

function mistakeOf(file: LintFile, { line, column, message }: Mistake): Finding {
  const fix = 'Correct it; what follows in the file was not looked at.'
  return { file: file.path, line, column, rule: 'yaml-invalid', severity: 'error', message, fix }
}

/** YAML may be more than JSON, and a schema may not. */
function lintJson(file: LintFile): Finding[] {
  if (basename(file.path) !== SCHEMA_FILE || file.documents.some(isMistake)) return []
  try {
    JSON.parse(file.text)
    return []
  } catch (error) {
    const message = `The schema is no JSON: ${error instanceof Error ? error.message : error}.`
    const fix = 'Write it as JSON: the bundle carries it as it is.'
    return [{ file: file.path, line: 1, column: 1, rule: 'schema-not-json', severity: 'error', message, fix }]
  }
}

function mistakesIn(file: LintFile): { readonly findings: Finding[]; readonly skipped: Skipped[] } {
  const mistakes = file.documents.filter(isMistake)
  const isOurs = OF_TEKTON.test(file.text) || /playbook(?:-schema\.json|\.yaml)$/.test(file.path)
  if (mistakes.length === 0 || !isOurs) return { findings: [], skipped: [] }
  if (TEMPLATE.test(file.text))
    return {
      findings: [],
      skipped: [{ file: file.path, why: 'a template, which is no YAML before it is filled in' }],
    }
  return { findings: mistakes.map(mistake => mistakeOf(file, mistake)), skipped: [] }
}

export interface LintOptions {
  /** Folders that were named one by one are meant to be playbooks; of a tree, those with a registration or a schema are. */
  readonly recursive: boolean
  /** Rules that are left out. */
  readonly ignored: ReadonlySet<string>
}

function lintFolder(placed: readonly Placed[], { recursive }: LintOptions): PlacedDraft[] {
  const folder = folderOf(placed)
  const isMarked = folder.schema !== undefined || folder.registration !== undefined
  const isMeant = !recursive && folder.pipelines.length === 1
  return isMarked || isMeant ? lintPlaybook(folder) : lintTimeouts(folder, false)
}

function inOrder(one: Finding, other: Finding): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1
  return one.line - other.line || one.column - other.column
}

/** What an anchor is used for twice is found twice, in one place. */
function onceEach(findings: readonly Finding[]): Finding[] {
  const keyOf = ({ file, line, column, rule, message }: Finding): string =>
    JSON.stringify([file, line, column, rule, message])
  return [...new Map(findings.map(finding => [keyOf(finding), finding])).values()]
}

/** Lints files that were read. Never throws, whatever is in them. */
export function lintFiles(files: readonly LintFile[], options: LintOptions): Linted {
  const placed = files.flatMap(file =>
    file.documents
      .filter((document): document is SourceDocument => !isMistake(document))
      .map(document => ({ file, document })),
  )
  const objects = placed.filter(({ document }) => isTekton(document.value))
  const mistakes = files.map(mistakesIn)
  // A schema that cannot be read is not missing.
  const unread = files.filter(file => basename(file.path) === SCHEMA_FILE && file.documents.some(isMistake))
  const isLeftOut = ({ rule, file }: Finding): boolean =>
    options.ignored.has(rule) ||
    (rule === 'schema-missing' && unread.some(({ folder }) => folder === dirname(file)))
  const folders = [...Map.groupBy(placed, ({ file }) => file.folder).values()]
  const findings = [
    ...mistakes.flatMap(each => each.findings),
    ...files.flatMap(lintJson),
    ...objects.flatMap(at => lintObject(at.document.value).map(draft => place(at, draft))),
    ...folders.flatMap(each => lintFolder(each, options)).map(({ at, draft }) => place(at, draft)),
  ]
  return {
    findings: onceEach(findings.filter(finding => !isLeftOut(finding))).sort(inOrder),
    files: files.length,
    objects: objects.length,
    skipped: mistakes.flatMap(each => each.skipped),
  }
}
