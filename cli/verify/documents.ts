// The files of `playbook verify`: a receipt wherever it stands, a PipelineRun, a recorded analysis event.

import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'
import { isObject } from '../../shared/analysis/document.ts'
import ended from '../../shared/events/schemas/remediation.succeeded.v1.json' with { type: 'json' }
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { ANNOTATION, type PipelineRun } from '../../shared/remediation/marks.ts'
import { Trouble } from '../shell.ts'

export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Trouble(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  }
}

/** JSON is YAML. */
async function readDocument(path: string): Promise<unknown> {
  const text = await readText(path)
  try {
    return parse(text)
  } catch (error) {
    throw new Trouble(`${path} is neither JSON nor YAML: ${error instanceof Error ? error.message : error}`)
  }
}

function isRun(document: unknown): document is PipelineRun {
  if (!isObject(document) || document.kind !== 'PipelineRun' || !isObject(document.spec)) return false
  const { pipelineRef, pipelineSpec, params } = document.spec
  const isRemote = isObject(pipelineRef) && Array.isArray(pipelineRef.params)
  return (isRemote || isObject(pipelineSpec)) && Array.isArray(params ?? [])
}

/** A run without parameters has no list of them. */
function whole(run: PipelineRun): PipelineRun {
  return { ...run, spec: { ...run.spec, params: run.spec.params ?? [] } }
}

export async function readRun(path: string): Promise<PipelineRun> {
  const document = await readDocument(path)
  if (isRun(document)) return whole(document)
  throw new Trouble(`${path} must be a PipelineRun of a remediation: kubectl get pipelinerun NAME -o yaml.`)
}

/** A receipt as it is shaped, or all that is wrong with it. */
function checked(document: unknown, path: string): Receipt {
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  addFormats.default(ajv)
  const check = ajv.compile(ended.properties.receipt)
  if (check(document)) return document as unknown as Receipt
  const faults = (check.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
  throw new Trouble(`${path} holds no receipt: ${faults.slice(0, 5).join('; ')}.`)
}

/** From a run's annotation, a final event (whole or its data), or the receipt itself. */
export async function readReceipt(path: string): Promise<{ receipt: Receipt; run?: PipelineRun }> {
  const document = await readDocument(path)
  if (isRun(document)) {
    const text = document.metadata.annotations?.[ANNOTATION.receipt]
    if (text === undefined)
      throw new Trouble(`${path} carries no receipt: the run has not ended, or was not told yet.`)
    return { receipt: checked(parse(text), path), run: whole(document) }
  }
  const data = isObject(document) && isObject(document.data) ? document.data : document
  return { receipt: checked(isObject(data) && 'receipt' in data ? data.receipt : data, path) }
}
