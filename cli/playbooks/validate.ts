// `playbook validate`: parameters against a playbook, with the faults that the analysis service would be told of.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { isObject, type Json } from '../../shared/analysis/document.ts'
import { parseDocuments } from '../../shared/bundle/yaml.ts'
import { compileParameters } from '../../shared/parameters/compile.ts'
import { fromPipelineParams } from '../../shared/parameters/from-list.ts'
import { judgeParameters } from '../../shared/parameters/judge.ts'
import type { ParameterVerdict } from '../../shared/parameters/parameters.ts'
import { paramsOf, readPipeline } from '../../shared/playbook/pipeline.ts'
import { currentRelease, nameOf, type PipelineParam } from '../../shared/playbook/playbook.ts'
import { NO_PARAMETERS, wrapContainer } from '../../shared/workflow/container.ts'
import { readBundleFolder } from '../bundle/folder.ts'
import { type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { drawTable } from '../table.ts'
import { readPlaybook } from './read.ts'

export interface ValidateOptions extends ClusterOptions {
  readonly output: Format
  /** `NAME=VALUE` each. */
  readonly param?: readonly string[]
  readonly parameters?: string
  readonly release?: string
}

interface Against {
  readonly schema: unknown
  readonly declared: readonly PipelineParam[]
  readonly undeclared: 'refuse' | 'drop'
}

async function registrationIn(folder: string): Promise<Json> {
  const path = join(folder, 'playbook.yaml')
  const read: unknown = existsSync(path) ? parse(await readFile(path, 'utf8')) : undefined
  return isObject(read) && isObject(read.spec) ? read.spec : {}
}

/** What the Pipeline around an image declares. */
function declaredAround(image: string, schema: unknown): PipelineParam[] {
  const compiled = compileParameters(schema)
  if (!compiled.ok) return []
  const pipeline = readPipeline(wrapContainer({ name: 'image', version: '', image, flat: compiled.flat }))
  return typeof pipeline === 'string' ? [] : paramsOf(pipeline)
}

async function againstFolder(folder: string): Promise<Against> {
  const spec = await registrationIn(folder)
  const undeclared = spec.undeclared === 'drop' ? 'drop' : 'refuse'
  if (typeof spec.image === 'string') {
    const { parameters = NO_PARAMETERS, image } = spec
    return { schema: parameters, declared: declaredAround(image, parameters), undeclared }
  }
  const { documents, schema } = await readBundleFolder(folder)
  const object = documents.flatMap(parseDocuments).find(each => each.object.kind === 'Pipeline')?.object
  const pipeline = readPipeline(object ?? {})
  if (typeof pipeline === 'string') throw new Trouble(`${folder} holds no Pipeline: ${pipeline}.`)
  const declared = paramsOf(pipeline)
  const source = schema === undefined ? (spec.parameters ?? fromPipelineParams(declared)) : JSON.parse(schema)
  return { schema: source, declared, undeclared }
}

async function againstCluster(shell: Shell, name: string, options: ValidateOptions): Promise<Against> {
  await using cluster = openCluster(shell, options)
  const playbook = await readPlaybook(cluster, name)
  const { release: version } = options
  const release =
    version === undefined
      ? currentRelease(playbook)
      : playbook.status?.history?.find(each => each.version === version)
  if (release === undefined)
    throw new Trouble(
      `${nameOf(playbook)} has no version ${version ?? 'that is registered'}: see playbook show.`,
    )
  return {
    schema: release.schema,
    declared: release.params,
    undeclared: playbook.spec.undeclared ?? 'refuse',
  }
}

async function givenIn({ param = [], parameters }: ValidateOptions): Promise<Json> {
  const pairs = param.map(text => {
    const at = text.indexOf('=')
    if (at < 1) throw new Trouble(`--param takes NAME=VALUE, not "${text}".`)
    return [text.slice(0, at), text.slice(at + 1)]
  })
  if (parameters === undefined) return Object.fromEntries(pairs)
  const text = await readFile(parameters, 'utf8').catch(error => {
    throw new Trouble(`${parameters} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  })
  const read: unknown = parse(text)
  if (!isObject(read)) throw new Trouble(`${parameters} must hold an object of parameters, in JSON or YAML.`)
  return { ...read, ...Object.fromEntries(pairs) }
}

function tableOf(verdict: ParameterVerdict): string {
  if (!verdict.ok)
    return drawTable([
      ['PARAMETER', 'RULE', 'ACTUAL', 'WHAT TO DO'],
      ...verdict.faults.map(({ path, rule, actual, message }) => [path || '/', rule, actual, message]),
    ])
  const notes = new Map([
    ...verdict.coerced.map(({ name, from, to }) => [name, `${from} taken as ${to}`] as const),
    ...verdict.defaulted.map(name => [name, 'by default'] as const),
  ])
  const rows = Object.entries(verdict.values).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
    notes.get(name) ?? '',
  ])
  const dropped = verdict.dropped.map(({ name, why }) => [name, '', `dropped: ${why}`])
  return drawTable([['PARAMETER', 'VALUE', 'NOTE'], ...rows, ...dropped])
}

/** 1 where the parameters would be refused. */
export async function validate(shell: Shell, what: string, options: ValidateOptions): Promise<ExitCode> {
  const given = await givenIn(options)
  const against = existsSync(what) ? await againstFolder(what) : await againstCluster(shell, what, options)
  const compiled = compileParameters(against.schema)
  if (!compiled.ok)
    throw new Trouble(`The schema is none: ${compiled.errors.map(({ message }) => message).join(' ')}`)
  const { declared, undeclared } = against
  const verdict = judgeParameters(compiled, { given, target: undefined, declared, undeclared })
  await print(shell, options.output, { value: verdict, table: () => tableOf(verdict) })
  return verdict.ok ? EXIT.yes : EXIT.no
}
