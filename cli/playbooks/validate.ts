// `playbook validate`: parameters against a playbook, with the faults that the analysis service would be told of.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { isObject, type Json } from '../../shared/analysis/document.ts'
import { compileParameters } from '../../shared/parameters/compile.ts'
import { fromPipelineParams } from '../../shared/parameters/from-list.ts'
import { judgeParameters } from '../../shared/parameters/judge.ts'
import type { ParameterVerdict, RefusedParameters } from '../../shared/parameters/parameters.ts'
import { paramsOf, readPipeline } from '../../shared/playbook/pipeline.ts'
import type { PipelineParam } from '../../shared/playbook/playbook.ts'
import { NO_PARAMETERS, wrapContainer } from '../../shared/workflow/container.ts'
import { readBundleFolder } from '../bundle/folder.ts'
import { type ClusterOptions, openCluster } from '../cluster.ts'
import { type GivenOptions, givenIn } from '../given.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { drawTable } from '../table.ts'
import { readPlaybook, releaseOf } from './read.ts'

export interface ValidateOptions extends ClusterOptions, GivenOptions {
  readonly output: Format
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
  const { texts, schema } = await readBundleFolder(folder)
  const object = texts
    .flatMap(({ documents }) => documents)
    .find(each => each.object.kind === 'Pipeline')?.object
  const pipeline = readPipeline(object ?? {})
  if (typeof pipeline === 'string') throw new Trouble(`${folder} holds no Pipeline: ${pipeline}.`)
  const declared = paramsOf(pipeline)
  const source = schema === undefined ? (spec.parameters ?? fromPipelineParams(declared)) : JSON.parse(schema)
  return { schema: source, declared, undeclared }
}

async function againstCluster(shell: Shell, name: string, options: ValidateOptions): Promise<Against> {
  await using cluster = openCluster(shell, options)
  const playbook = await readPlaybook(cluster, name)
  const release = releaseOf(playbook, options.release)
  return {
    schema: release.schema,
    declared: release.params,
    undeclared: playbook.spec.undeclared ?? 'refuse',
  }
}

/** Every fault of parameters that were refused. */
export function faultTable({ faults }: RefusedParameters): string {
  return drawTable([
    ['PARAMETER', 'RULE', 'ACTUAL', 'WHAT TO DO'],
    ...faults.map(({ path, rule, actual, message }) => [path || '/', rule, actual, message]),
  ])
}

function tableOf(verdict: ParameterVerdict): string {
  if (!verdict.ok) return faultTable(verdict)
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
