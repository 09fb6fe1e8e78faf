// Whether a Playbook may run: its bundle, version, schema and params held against each other; pure.

import { compareWithPipeline } from '../../shared/parameters/compare.ts'
import { compileParameters, schemaDigestOf } from '../../shared/parameters/compile.ts'
import { fromPipelineParams } from '../../shared/parameters/from-list.ts'
import type { CompiledParameters } from '../../shared/parameters/parameters.ts'
import { lintPipeline } from '../../shared/playbook/lint.ts'
import { type Pipeline, paramsOf, readPipeline, versionAnnotation } from '../../shared/playbook/pipeline.ts'
import type { Finding, PipelineParam, Playbook, Release } from '../../shared/playbook/playbook.ts'
import { checkPreconditions } from '../../shared/playbook/preconditions.ts'
import { decideVersion } from '../../shared/playbook/version.ts'
import type { Gathered, Read } from './gather.ts'

export type Registration =
  | {
      readonly kind: 'registered'
      readonly release: Omit<Release, 'registeredAt'>
      readonly parameters: readonly { name: string; type: string; required: boolean }[]
      readonly findings: readonly Finding[]
    }
  | {
      readonly kind: 'rejected'
      readonly reason: string
      readonly message: string
      readonly findings: readonly Finding[]
      /** It may be right later without a change to the Playbook: the sweep has it looked at again. */
      readonly mayPass: boolean
    }
  | { readonly kind: 'postponed'; readonly reason: string; readonly message: string }

function reject(reason: string, message: string, findings: readonly Finding[] = []): Registration {
  return { kind: 'rejected', reason, message, findings, mayPass: false }
}

interface Declared {
  readonly source: unknown
  readonly carrier: Release['schemaCarrier']
}

function declaredBy(playbook: Playbook, read: Read, params: readonly PipelineParam[]): Declared {
  if (read.schema !== undefined) return { source: read.schema.json, carrier: read.schema.carrier }
  if (playbook.spec.parameters !== undefined) return { source: playbook.spec.parameters, carrier: 'playbook' }
  return { source: fromPipelineParams(params), carrier: 'none' }
}

function messageOf(findings: readonly Finding[]): string {
  return findings.map(each => each.message).join(' ')
}

/** A version once registered stays what it was: a tag that moves under it is refused, not followed. */
function movedVersion(
  playbook: Playbook,
  version: string,
  { digest, source }: Read,
): Registration | undefined {
  const known = playbook.status?.history?.find(each => each.version === version)
  if (known === undefined || known.digest === digest) return undefined
  const what = source.image === undefined ? 'the bundle is' : 'its image and parameters make'
  const message = `Version ${version} is registered as ${known.digest}, but ${what} ${digest} now. Publish a change under a new version.`
  return reject('VersionMoved', message)
}

function reasonOf(errors: readonly Finding[], lint: readonly Finding[]): string {
  if (errors.some(each => lint.includes(each))) return 'PipelineNotRunnable'
  return errors.every(each => each.rule === 'precondition')
    ? 'InvalidPrecondition'
    : 'PipelineContradictsSchema'
}

interface Checked {
  readonly read: Read
  readonly pipeline: Pipeline
  readonly version: string
}

function register(playbook: Playbook, { read, pipeline, version }: Checked): Registration {
  const params = paramsOf(pipeline)
  const declared = params.map(({ name, type, hasDefault }) => ({ name, type, hasDefault }))
  const { source, carrier } = declaredBy(playbook, read, params)
  const compiled = compileParameters(source)
  if (!compiled.ok) return reject('InvalidSchema', messageOf(compiled.errors), compiled.errors)
  const lint = lintPipeline(pipeline)
  const preconditions = checkPreconditions(playbook)
  const findings = [...lint, ...compareWithPipeline(compiled, params), ...preconditions]
  const errors = findings.filter(each => each.severity === 'error')
  if (errors.length > 0) return reject(reasonOf(errors, lint), messageOf(errors), findings)
  const { schema } = compiled
  const schemaDigest = schemaDigestOf(compiled)
  return {
    kind: 'registered',
    release: {
      version,
      digest: read.digest,
      ...read.source,
      pipeline: read.name,
      schema,
      schemaDigest,
      schemaCarrier: carrier,
      params: declared,
    },
    parameters: flat(compiled),
    findings,
  }
}

function flat(compiled: CompiledParameters): { name: string; type: string; required: boolean }[] {
  return compiled.flat.map(({ name, type, required }) => ({ name, type, required }))
}

/** The verdict on a Playbook, from what was read for it. */
export function decideRegistration(playbook: Playbook, gathered: Gathered): Registration {
  if (gathered.kind === 'unavailable') {
    const { reason, message } = gathered
    return { kind: 'postponed', reason, message }
  }
  if (gathered.kind === 'wrong') {
    const { reason, message, mayPass, findings = [] } = gathered
    return { kind: 'rejected', reason, message, findings, mayPass }
  }
  const isCarried = gathered.schema !== undefined && gathered.schema.carrier !== 'playbook'
  if (isCarried && playbook.spec.parameters !== undefined)
    return reject('ParametersTwice', 'The bundle carries its schema, so spec.parameters must be left out.')
  const pipeline = readPipeline(gathered.pipeline)
  if (typeof pipeline === 'string')
    return reject('NoPipeline', `The object ${gathered.name} is no Pipeline: ${pipeline}.`)
  const { tag } = gathered
  const verdict = decideVersion({ annotation: versionAnnotation(pipeline), spec: playbook.spec.version, tag })
  if (!verdict.ok) return reject('NoVersion', verdict.message)
  const { version } = verdict
  const moved = movedVersion(playbook, version, gathered)
  return moved ?? register(playbook, { read: gathered, pipeline, version })
}
