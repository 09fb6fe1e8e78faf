// What the admission webhooks of a cluster of ours change and refuse: Tekton's, for PipelineRuns and TaskRuns.

import { at, type Fields, fieldsOf, isSame, isText, listOf, type Resource, without } from './objects.ts'
import { badRequest } from './status.ts'

interface Admission {
  readonly fill: (object: Resource) => Resource
  readonly faults: (object: Resource, old: Resource | undefined) => readonly string[]
}

const PENDING = 'PipelineRunPending'
const STATUSES = ['Cancelled', 'CancelledRunFinally', 'StoppedRunFinally', PENDING]

/** Go writes durations in full, so what was sent as `30m` is kept as `30m0s`. */
function goDuration(text: string): string {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)]
  if (parts.map(part => part[0]).join('') !== text || text === '') return text
  const unit: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }
  const total = parts.reduce((sum, [, count, name = '']) => sum + Number(count) * (unit[name] ?? 0), 0)
  if (total < 1_000) return total === 0 ? '0s' : `${total}ms`
  const hours = Math.floor(total / 3_600_000)
  const minutes = Math.floor((total % 3_600_000) / 60_000)
  const seconds = `${(total % 60_000) / 1_000}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}

function durations(timeouts: Fields): Fields {
  return Object.fromEntries(
    Object.entries(timeouts).map(([name, value]) => [name, isText(value) ? goDuration(value) : value]),
  )
}

/** PipelineRun.SetDefaults, with the defaults that Tekton ships (tektoncd/pipeline config/config-defaults.yaml). */
function fillPipelineRun(object: Resource): Resource {
  const { params, ...others } = fieldsOf(object.spec)
  // Go leaves out a list without members (`omitempty`) when the webhook writes the object.
  const spec: Fields = listOf(params).length === 0 ? others : { ...others, params }
  const timeouts = durations({ pipeline: '1h0m0s', ...fieldsOf(spec.timeouts) })
  const template = fieldsOf(spec.taskRunTemplate)
  const serviceAccountName = template.serviceAccountName || 'default'
  return { ...object, spec: { ...spec, timeouts, taskRunTemplate: { ...template, serviceAccountName } } }
}

function fillTaskRun(object: Resource): Resource {
  const spec = fieldsOf(object.spec)
  const timeout = isText(spec.timeout) ? goDuration(spec.timeout) : '1h0m0s'
  return { ...object, spec: { ...spec, timeout, serviceAccountName: spec.serviceAccountName || 'default' } }
}

function isDone(run: Resource): boolean {
  const succeeded = listOf(at(run, 'status', 'conditions')).find(item => at(item, 'type') === 'Succeeded')
  return succeeded !== undefined && at(succeeded, 'status') !== 'Unknown'
}

function oneOf(spec: Fields, left: string, right: string): readonly string[] {
  const count = [left, right].filter(name => spec[name] !== undefined).length
  const where = `spec.${left}, spec.${right}`
  if (count === 1) return []
  return [`expected exactly one, got ${count === 0 ? 'neither' : 'both'}: ${where}`]
}

function changeFaults(object: Resource, old: Resource, free: readonly string[]): readonly string[] {
  const spec = fieldsOf(object.spec)
  const before = fieldsOf(old.spec)
  if (isDone(old)) {
    const refusal = `invalid value: Once the ${object.kind} is complete, no updates are allowed: spec`
    return isSame(spec, before) ? [] : [refusal]
  }
  if (isSame(without(spec, ...free), without(before, ...free))) return []
  const allowed = `${free.join(' and ')} updates are allowed`
  return [`invalid value: Once the ${object.kind} has started, only ${allowed}: spec`]
}

function pipelineRunFaults(object: Resource, old: Resource | undefined): readonly string[] {
  const spec = fieldsOf(object.spec)
  const faults: string[] = []
  if (spec.status === PENDING && at(object, 'status', 'startTime'))
    faults.push('invalid value: PipelineRun cannot be Pending after it is started: spec.status')
  if (old !== undefined) faults.push(...changeFaults(object, old, ['status']))
  faults.push(...oneOf(spec, 'pipelineRef', 'pipelineSpec'))
  const status = String(spec.status ?? '')
  if (status !== '' && !STATUSES.includes(status)) {
    const [cancelled, runFinally, stopped, pending] = STATUSES
    const allowed = `${cancelled}, ${runFinally}, ${stopped} or ${pending}`
    faults.push(`invalid value: ${status} should be ${allowed}: spec.status`)
  }
  return faults
}

function taskRunFaults(object: Resource, old: Resource | undefined): readonly string[] {
  const changes = old === undefined ? [] : changeFaults(object, old, ['status', 'statusMessage'])
  return [...changes, ...oneOf(fieldsOf(object.spec), 'taskRef', 'taskSpec')]
}

const WEBHOOK = 'admission webhook "validation.webhook.pipeline.tekton.dev" denied the request'
const ADMISSIONS: Readonly<Record<string, Admission>> = {
  'tekton.dev/v1 PipelineRun': { fill: fillPipelineRun, faults: pipelineRunFaults },
  'tekton.dev/v1 TaskRun': { fill: fillTaskRun, faults: taskRunFaults },
}

/** What is stored of an object that is created or changed; a refusal is thrown as 400, as the API server reports a webhook's. */
export function admit(object: Resource, old: Resource | undefined): Resource {
  const admission = ADMISSIONS[`${object.apiVersion} ${object.kind}`]
  if (admission === undefined || object.metadata.deletionTimestamp !== undefined) return object
  const filled = admission.fill(object)
  const faults = admission.faults(filled, old)
  if (faults.length > 0) throw badRequest(`${WEBHOOK}: validation failed: ${faults.join('\n')}`)
  return filled
}
