// A playbook's schema: by itself, and against the Pipeline whose params it describes.

import { isObject, type Json } from '../../shared/analysis/document.ts'
import { compareWithPipeline } from '../../shared/parameters/compare.ts'
import { compileParameters } from '../../shared/parameters/compile.ts'
import type { CompiledParameters } from '../../shared/parameters/parameters.ts'
import { propertiesOf, resolve, segmentsOf, typesOf } from '../../shared/parameters/schema.ts'
import { paramsOf, readPipeline } from '../../shared/playbook/pipeline.ts'
import type { Finding } from '../../shared/playbook/playbook.ts'
import type { Draft } from './finding.ts'

const FIXES: Readonly<Record<string, string>> = {
  'param-unheard': 'Declare it in the Pipeline and use it, or take it out of the schema.',
  'param-undeclared': 'Describe it in the schema, or give it a default in the Pipeline.',
  'type-contradiction': 'Give it the same type in both.',
  'type-as-text': 'Declare it in the Pipeline with the type of the schema, where its steps can take that.',
  'default-invalid': 'Correct the default, or the rule that it breaks.',
  'default-differs': 'Write the default in one place.',
  'optional-without-default': 'List it under required, or give the Pipeline a default.',
}

/** Keywords that bound a text. */
const BOUNDS = ['enum', 'const', 'pattern', 'maxLength', 'format']

/** Below a JSON pointer of the schema. */
function draftOf({ rule, severity, path, message }: Finding): Draft {
  const fix = FIXES[rule] ?? 'Correct the schema.'
  return { rule, severity, path: segmentsOf(path), message, fix }
}

function isUnbounded(schema: Json, root: Json): boolean {
  return typesOf(schema, root).includes('string') && !BOUNDS.some(key => key in schema)
}

function lintBounds({ schema }: CompiledParameters): Draft[] {
  return [...propertiesOf(schema, schema)].flatMap(([name, property]) => {
    const items = resolve(property.items, schema)
    const isText = isUnbounded(property, schema)
    if (!isText && !isUnbounded(items, schema)) return []
    const path = ['properties', name, ...(isText ? [] : ['items'])]
    return [
      {
        rule: 'param-unbounded',
        severity: 'warning' as const,
        path,
        message: `${name} may be any text of any length, and a model fills it in.`,
        fix: 'Add enum where the values are known, else pattern and maxLength.',
      },
    ]
  })
}

export interface SchemaVerdict {
  /** Where in the schema. */
  readonly inSchema: readonly Draft[]
  readonly inPipeline: readonly Draft[]
}

/** A finding about the Pipeline names its param, not where that stands. */
function inPipeline(finding: Finding, pipeline: Json): Draft {
  const [, , name = '', ...rest] = segmentsOf(finding.path)
  const params = isObject(pipeline.spec) && Array.isArray(pipeline.spec.params) ? pipeline.spec.params : []
  const index = params.findIndex(param => isObject(param) && param.name === name)
  return { ...draftOf(finding), path: ['spec', 'params', index, ...rest] }
}

/** The Pipeline is left out where there is none, or more than one. */
export function lintSchema(source: unknown, pipeline: Json | undefined): SchemaVerdict {
  const compiled = compileParameters(source)
  if (!compiled.ok) return { inSchema: compiled.errors.map(draftOf), inPipeline: [] }
  const read = pipeline === undefined ? 'none' : readPipeline(pipeline)
  const compared = typeof read === 'string' ? [] : compareWithPipeline(compiled, paramsOf(read))
  const isOfPipeline = ({ path }: Finding): boolean => path.startsWith('/spec/')
  return {
    inSchema: [...compared.filter(each => !isOfPipeline(each)).map(draftOf), ...lintBounds(compiled)],
    inPipeline: compared.filter(isOfPipeline).map(each => inPipeline(each, pipeline ?? {})),
  }
}
