// Kubernaut's RemediationWorkflow (kubernaut.ai/v1alpha1), read from YAML into what the import needs.

import { parseAllDocuments } from 'yaml'
import { isObject, type Json } from '../analysis/document.ts'
import { Fault } from '../runtime/fault.ts'

type Engine = 'tekton' | 'job' | 'ansible'

export interface Workflow {
  readonly name: string
  readonly version: string
  readonly engine: Engine
  /** An image or bundle pinned by digest; for ansible the URL of a git repository. */
  readonly bundle: string
  /** For ansible the git commit. */
  readonly bundleDigest?: string
  readonly spec: Json
  /** The execution's own settings, such as ansible's playbookPath. */
  readonly engineConfig: Json
  readonly serviceAccountName?: string
  /** The namespace of its ServiceAccount, where the file declares one. */
  readonly namespace?: string
  readonly secrets: readonly string[]
  readonly configMaps: readonly string[]
  /** What else the file holds: service accounts and their roles. */
  readonly resources: readonly Json[]
}

const ENGINES: readonly Engine[] = ['tekton', 'job', 'ansible']
const DNS_1123 = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/

function refuse(sentence: string): never {
  throw new Fault('malformed', sentence)
}

function child(object: Json, key: string): Json {
  const value = object[key]
  return isObject(value) ? value : {}
}

function textAt(object: Json, key: string): string | undefined {
  const value = object[key]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

function readDocuments(text: string): Json[] {
  const documents = parseAllDocuments(text)
  for (const document of documents) {
    const [error] = document.errors
    if (error !== undefined) refuse(`The file is no valid YAML: ${error.message}`)
  }
  return documents.map(document => document.toJS({ maxAliasCount: 100 })).filter(isObject)
}

function namesIn(dependencies: Json, key: string): string[] {
  const entries = dependencies[key]
  if (!Array.isArray(entries)) return []
  return entries
    .filter(isObject)
    .map(entry => textAt(entry, 'name') ?? refuse(`An entry of dependencies.${key} has no name.`))
}

/** Pinned by digest, from the reference itself or from `bundleDigest`; a git repository is pinned by its commit. */
function pinned(engine: Engine, bundle: string, digest: string | undefined): string {
  if (engine === 'ansible') {
    const isCommit = digest !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(digest)
    return isCommit
      ? bundle
      : refuse('execution.bundleDigest must be the git commit of the ansible repository.')
  }
  const reference =
    bundle.includes('@') || digest === undefined
      ? bundle
      : `${bundle}@sha256:${digest.replace(/^sha256:/, '')}`
  return /@sha256:[0-9a-f]{64}$/.test(reference)
    ? reference
    : refuse(`execution.bundle must be pinned by digest (name@sha256:…), but is ${bundle}.`)
}

function readExecution(
  spec: Json,
): Pick<Workflow, 'engine' | 'bundle' | 'bundleDigest' | 'engineConfig' | 'serviceAccountName'> {
  const execution = child(spec, 'execution')
  const engine = ENGINES.find(known => known === (execution.engine ?? 'tekton'))
  if (engine === undefined) refuse(`execution.engine must be one of ${ENGINES.join(', ')}.`)
  const bundle = textAt(execution, 'bundle') ?? refuse('execution.bundle is missing.')
  const bundleDigest = textAt(execution, 'bundleDigest')
  const serviceAccountName = textAt(execution, 'serviceAccountName')
  return {
    engine,
    bundle: pinned(engine, bundle, bundleDigest),
    engineConfig: child(execution, 'engineConfig'),
    ...(bundleDigest !== undefined && { bundleDigest }),
    ...(serviceAccountName !== undefined && { serviceAccountName }),
  }
}

function accountNamespace(resources: readonly Json[], account: string | undefined): string | undefined {
  const accounts = resources
    .filter(resource => resource.kind === 'ServiceAccount')
    .map(resource => child(resource, 'metadata'))
  const own = accounts.find(metadata => metadata.name === account)
  return own === undefined ? undefined : textAt(own, 'namespace')
}

/** Reads a file of one RemediationWorkflow and whatever it needs. Throws a Fault (`malformed`) that says what is missing. */
export function readWorkflow(text: string): Workflow {
  const documents = readDocuments(text)
  const [document, ...others] = documents.filter(each => each.kind === 'RemediationWorkflow')
  if (document === undefined || others.length > 0) refuse('The file must hold one RemediationWorkflow.')
  const spec = child(document, 'spec')
  const dependencies = child(spec, 'dependencies')
  const resources = documents.filter(each => each !== document)
  const name = textAt(child(document, 'metadata'), 'name') ?? ''
  if (!DNS_1123.test(name))
    refuse(
      `metadata.name must be a DNS-1123 name of lower-case letters, digits, "-" and ".", but is "${name}".`,
    )
  const execution = readExecution(spec)
  const namespace = accountNamespace(resources, execution.serviceAccountName)
  return {
    name,
    version: (textAt(spec, 'version') ?? refuse('spec.version is missing.')).replace(/^v(?=\d)/, ''),
    ...execution,
    spec,
    ...(namespace !== undefined && { namespace }),
    secrets: namesIn(dependencies, 'secrets'),
    configMaps: namesIn(dependencies, 'configMaps'),
    resources,
  }
}
